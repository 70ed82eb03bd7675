"""Writes every report of a large database with ucready, and prints what each costs.

usage: report_bench.py UCREADY [INTERFACES [SESSIONS [FINDINGS]]]       (script/bench calls it; 50000, 1000000, 100000)

Counted are CPU time and peak resident memory as the kernel accounts them, and the bytes written. The database is a planned site of
10,000 clusters (plan_site.py), into which two scans, a capture and findings are written row by row.
"""

import hashlib
import multiprocessing
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

from cost import cost_of
from plan_site import write

SITE = (10_000, 10_000, 400, 10)
KINDS = 5_000  # Of sessions.
OFFERS = 500

EXPORTS = [("report", "--format", form) for form in ("text", "csv", "json", "html", "xlsx", "mop", "prometheus")]
EXPORTS += [("report", "--format", form, "--table", table) for table in ("session", "interface_certificate") for form in ("csv", "json")]
EXPORTS += [("diff", "--format", form) for form in ("text", "csv")]


def digest(*words):
    return hashlib.sha256("\0".join(map(str, words)).encode()).hexdigest()


def add_scan(db, run_id, started, interfaces, renewed):
    """`renewed`: of every hundredth interface the leaf is another one."""
    db.execute("INSERT INTO run VALUES (?, 'scan', 'big', ?, ?, 'done', '0', '')", (run_id, started, started))
    addresses = [f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(interfaces)]
    db.executemany("INSERT INTO interface (run_id, n, interface_id, site, cluster, node, address, port, protocol, product, release, declared, state, connections,"
                   " bytes_sent, bytes_received) VALUES (?, ?, ?, 'big', ?, ?, ?, 8443, 'https', 'cucm', '14SU3', 1, 'tls', 4, 100, 9000)",
                   ((run_id, n, digest("i", n)[:32], f"cluster-{n // 10}", f"node-{n}", addresses[n]) for n in range(interfaces)))
    versions = [("TLSv1.0", "refused", None), ("TLSv1.1", "refused", None), ("TLSv1.2", "accepted", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                ("TLSv1.3", "accepted", "TLS_AES_128_GCM_SHA256")]
    db.executemany("INSERT INTO interface_version (run_id, n, version, outcome, cipher) VALUES (?, ?, ?, ?, ?)",
                   ((run_id, n, *version) for n in range(interfaces) for version in versions))
    der = [f"leaf {n} {renewed and n % 100 == 0}".ljust(900).encode() for n in range(interfaces)]
    leaf = [hashlib.sha256(bytes_).hexdigest() for bytes_ in der]
    db.executemany("INSERT OR IGNORE INTO certificate (sha256, subject, issuer, serial, key_type, key_bits, signature_algorithm, signature_hash, not_before, not_after,"
                   " san, is_ca, self_signed, der) VALUES (?, ?, 'CN=Issuing CA,O=Nordwind AG', '01', 'rsa', 2048, 'sha256WithRSAEncryption', 'sha256',"
                   " '2026-01-01T00:00:00Z', ?, ?, 0, 0, ?)",
                   ((leaf[n], f"CN=node-{n}.nordwind.example,O=Nordwind AG,C=DE", f"20{27 + n % 4}-0{1 + n % 9}-01T00:00:00Z", f"DNS:node-{n}.nordwind.example", der[n])
                    for n in range(interfaces)))
    db.executemany("INSERT OR IGNORE INTO chain VALUES (?, 0, ?)", ((leaf[n][:32], leaf[n]) for n in range(interfaces)))
    db.executemany("INSERT INTO interface_chain (run_id, n, chain_n, version, key_type, chain_id) VALUES (?, ?, ?, ?, 'rsa', ?)",
                   ((run_id, n, at, version, leaf[n][:32]) for n in range(interfaces) for at, version in enumerate(("TLSv1.2", "TLSv1.3"))))


def add_capture(db, run_id, sessions):
    db.execute("INSERT INTO run VALUES (?, 'capture', 'big', '2026-11-03T00:00:00Z', '2026-11-03T01:00:00Z', 'done', '0', '')", (run_id,))
    db.execute("INSERT INTO capture_source VALUES (1, ?, 'big.pcap')", (run_id,))
    db.executemany("INSERT INTO client_offer (offer_id, versions, ciphers, groups, signature_schemes, ja3, ja4, highest_version, hello) VALUES (?, 'TLSv1.3,TLSv1.2', ?,"
                   " 'x25519', 'rsa_pss_rsae_sha256', ?, ?, 'TLSv1.3', zeroblob(500))",
                   ((digest("o", n), ",".join(["TLS_AES_128_GCM_SHA256"] * 20), digest("j", n)[:32], digest("k", n)[:36]) for n in range(OFFERS)))
    db.executemany("INSERT INTO session_kind (run_id, kind, sessions, client, client_node, client_service, client_address, server, server_node, server_address, server_port,"
                   " protocol, version, cipher, established, hello_retry, offer_id) VALUES (?, ?, ?, ?, '', 'sip', ?, ?, '', ?, 5061, 'sip-tls', 'TLSv1.2',"
                   " 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', ?, 0, ?)",
                   ((run_id, n, sessions // KINDS, f"cluster-{n}", f"10.1.{n >> 8}.{n & 255}", f"cluster-{n + 1}", f"10.2.{n >> 8}.{n & 255}", n % 10 != 0, digest("o", n % OFFERS))
                    for n in range(KINDS)))
    db.executemany("INSERT INTO session VALUES (?, 1, ?, ?, ?)", ((n, n % KINDS, 1_792_000_000_000_000 + n * 1000, 1024 + n % 60000) for n in range(1, sessions + 1)))


def add_findings(db, run_id, findings):
    rules = [("weak-cipher", "medium"), ("certificate-expires-soon", "high"), ("tls13-missing", "low"), ("weak-key", "critical")]
    db.executemany("INSERT INTO finding VALUES (?, ?, ?, ?, 'big', ?, ?, ?, 8443, 'https', NULL, NULL, NULL, ?, ?, ?, 'observed')",
                   ((run_id, digest("f", n)[:16], *rules[n % 4], f"cluster-{n // 10}", f"node-{n}", f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", f"What is wrong, of kind {n % 40}",
                     f"seen at TLSv1.2 with TLS_RSA_WITH_RC4_128_SHA on node-{n}; subject CN=node-{n}.nordwind.example", "Set the cipher list to modern suites and restart the service.")
                    for n in range(findings)))


def fill(database, interfaces, sessions, findings):
    with sqlite3.connect(database) as db:
        db.execute("UPDATE run SET site = 'big'")
        for at, run_id in enumerate(("01AAAAAAAAAAAAAAAAAAAAAAA1", "01AAAAAAAAAAAAAAAAAAAAAAA2")):
            add_scan(db, run_id, f"2026-11-0{1 + at}T00:00:00Z", interfaces, at == 1)
            add_findings(db, run_id, findings if at == 1 else findings // 2)
        add_capture(db, "01AAAAAAAAAAAAAAAAAAAAAAA3", sessions)


def main():
    ucready = sys.argv[1]
    interfaces, sessions, findings = (int(word) for word in (sys.argv[2:] + ["50000", "1000000", "100000"][len(sys.argv) - 2:]))
    with tempfile.TemporaryDirectory() as folder:
        database, out = Path(folder) / "x.db", Path(folder) / "out"
        with (Path(folder) / "site.yaml").open("w") as site:
            write(*SITE, site)
        cost_of([ucready, "plan", "--site", str(Path(folder) / "site.yaml"), "--db", str(database), "--quiet"])
        # In a process of its own: what a command is said to take at its peak is never less than what its parent holds.
        filling = multiprocessing.Process(target=fill, args=(database, interfaces, sessions, findings))
        filling.start()
        filling.join()
        if filling.exitcode != 0:
            raise RuntimeError("the database could not be filled")
        print(f"{interfaces} interfaces, {sessions} sessions, {findings} findings, 10,000 clusters; database {os.path.getsize(database) / 1e6:.0f} MB")
        print(f"{'':<44} {'cpu s':>7} {'peak MB':>8} {'written MB':>11}")
        for words in EXPORTS:
            command = [ucready, *words, "--db", str(database)]
            command += ["-o", str(out)] if words[0] == "report" else []
            seconds, megabytes = cost_of(command, silent=True)
            written = os.path.getsize(out) / 1e6 if words[0] == "report" else 0
            print(f"{' '.join(words):<44} {seconds:>7.2f} {megabytes:>8.1f} {written:>11.1f}", flush=True)
        seconds, megabytes = cost_of([ucready, "merge", "--db", str(Path(folder) / "all.db"), str(database)], silent=True)
        print(f"{'merge into an empty one':<44} {seconds:>7.2f} {megabytes:>8.1f}", flush=True)
        seconds, megabytes = cost_of([ucready, "prune", "--keep", "1", "--db", str(database)], silent=True)
        print(f"{'prune --keep 1':<44} {seconds:>7.2f} {megabytes:>8.1f}")


if __name__ == "__main__":
    main()
