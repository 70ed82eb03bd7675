"""Scans a farm of loopback interfaces with ucready, sslscan and nmap in one run, and prints what each costs.

usage: scan_bench.py UCREADY [INTERFACES]       (script/bench calls it)

The farm is one nginx with an RSA and an ECDSA chain, TLS 1.0 to 1.3, on 127.1.x.y:4433. Counted is CPU time of the client
process and its peak resident memory, as the kernel accounts them; the peers ask a part of the farm, as they are slower.
The last row is the floor: as many bare connections as depth full takes, and nothing done with them.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from cost import cost_of  # noqa: E402
from pki import Pki  # noqa: E402
from processes import Processes  # noqa: E402

PORT = 4433
CIPHERS = ("ECDHE+AESGCM:ECDHE+AES:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA"
           ":@SECLEVEL=0")


def addresses(count):
    return [f"127.1.{i // 250}.{i % 250 + 1}" for i in range(count)]


def farm(processes, pki, listening):
    """The command of an nginx that answers at all these addresses."""
    here = processes.folder
    listens = "\n".join(f"listen {address}:{PORT} ssl backlog=1024;" for address in listening)
    temporary = " ".join(f"{kind}_temp_path {here}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = processes.write("farm.conf", f"""
daemon off; pid {here}/farm.pid; error_log stderr crit; worker_processes 1; worker_rlimit_nofile 16000;
events {{ worker_connections 8000; multi_accept on; }}
http {{
  access_log off; {temporary}
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers '{CIPHERS}'; ssl_prefer_server_ciphers on;
  ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_session_cache off;
  ssl_certificate {pki.path("rsa.pem")}; ssl_certificate_key {pki.path("rsa.key")};
  ssl_certificate {pki.path("ecdsa.pem")}; ssl_certificate_key {pki.path("ecdsa.key")};
  server {{ {listens} return 200 'ok'; }}
}}
""")
    return ["nginx", "-e", "stderr", "-c", config]


def start_farm(processes, pki, count):
    processes.start("farm", farm(processes, pki, ["127.0.0.1", *addresses(count)]), PORT)


def main():
    ucready, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    processes = Processes()
    try:
        start_farm(processes, Pki(processes.folder / "pki"), count)
        targets = [f"https://{address}:{PORT}" for address in addresses(count)]
        rows = []
        for words in ("versions", "quick --no-identify", "quick", "full --no-identify"):
            database = processes.folder / f"{words.replace(' ', '')}.db"
            command = [ucready, "scan", *targets, "--depth", *words.split(), "--rate", "1000", "--db", str(database), "--quiet"]
            rows.append((f"ucready scan --depth {words}", count, *cost_of(command)))
        each = connections_of(database) // count
        few = max(1, min(count, 50))
        rows.append(("sslscan --no-check-certificate", few, *cost_of(
            ["sslscan", "--no-check-certificate", "--no-cipher-details", f"--targets={targets_file(processes, few)}"])))
        rows.append(("nmap --script ssl-cert", few, *cost_of(
            ["nmap", "-Pn", "-n", "-p", str(PORT), "--script", "ssl-cert", *addresses(few)])))
        rows.append(("nmap --script ssl-enum-ciphers", few, *cost_of(
            ["nmap", "-Pn", "-n", "-p", str(PORT), "--script", "ssl-enum-ciphers", *addresses(few)])))
        bare = Path(ucready).with_name("bare_connections")
        rows.append((f"{each} bare connections", count, *cost_of([str(bare), str(count), str(each)])))
    finally:
        processes.stop()

    quick, full = (rows[i][1] / rows[i][2] for i in (1, 3))  # Which asks what nmap and sslscan ask; which asks all.
    print(f"{'client':40} {'interfaces':>10} {'cpu s':>8} {'per cpu s':>10} {'peak MB':>8} {'quick is':>9} {'full is':>9}")
    for name, interfaces, cpu, peak in rows:
        rate = interfaces / cpu
        print(f"{name:40} {interfaces:10} {cpu:8.2f} {rate:10.0f} {peak:8.1f} {quick / rate:8.1f}x {full / rate:8.1f}x")


def connections_of(database):
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute("SELECT sum(connections) FROM interface").fetchone()[0]


def targets_file(processes, count):
    return processes.write("targets", "".join(f"{address}:{PORT}\n" for address in addresses(count)))


if __name__ == "__main__":
    main()
