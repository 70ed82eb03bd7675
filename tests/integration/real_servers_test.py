"""What ucready says of real TLS servers is what nmap and openssl s_client say of them.

One scan covers all servers; every fact is then compared with an oracle asked at the same time, never with a stored answer.
"""

import os
import unittest
from datetime import datetime, timezone

import mail_servers
import servers
from oracles import KEY_KINDS, VERSIONS, Nmap, SClient, iana_names
from pki import KEY_TYPES, Pki
from processes import Processes
from program import DONE, rows, site_of_nodes, ucready

# OpenSSL 3 has no SSLv3 at all, so for it there is only nmap to ask, and nobody to ask for its certificates.
S_CLIENT_VERSIONS = VERSIONS[1:]

# nmap's TLS 1.2 hellos list neither Ed25519 nor RSASSA-PSS keys among their signature schemes, so these two refuse them;
# openssl s_client, which lists both, is let in.
NMAP_CANNOT_SEE = {("openssl_ed25519_requiring_certificates", "TLSv1.2"), ("openssl_rsa_pss", "TLSv1.2")}

# Postfix and Dovecot give up root for their other users, so they must have it.
STARTERS = servers.SERVERS + (mail_servers.SERVERS if os.getuid() == 0 else [])

processes = None
pki = None
listening = {}
database = None
oracle_cache = {}


def setUpModule():
    global processes, pki, database
    processes = Processes()
    unittest.addModuleCleanup(processes.stop)
    pki = Pki(processes.folder / "pki")
    for start in STARTERS:
        listening[start.__name__] = start(processes, pki)
    interfaces = [(server.port, server.protocol, server.server_name) for server in listening.values()]
    site = site_of_nodes(processes.folder / "site.yaml", ["127.0.0.1"], interfaces)
    database = processes.folder / "scan.db"
    # They share an address; two at a time each is gentle enough for all of them together.
    scan = ucready("scan", "--site", site, "--db", database, "--legacy", "--depth", "quick", "--per-host", 8, "--rate", 500)
    if scan.returncode != DONE:
        raise RuntimeError(f"scan exited {scan.returncode}: {scan.stderr}")


def nmap(name):
    if name not in oracle_cache:
        oracle_cache[name] = Nmap(listening[name])
    return oracle_cache[name]


def s_client(name, version, kind=None, server_name=""):
    key = (name, version, kind, server_name)
    if key not in oracle_cache:
        oracle_cache[key] = SClient(listening[name], version, kind, server_name, processes.weak)
    return oracle_cache[key]


def seen(name, view, columns="*", more=""):
    return rows(database, f"SELECT {columns} FROM {view} WHERE port = ? {more}", listening[name].port)


class RealServers(unittest.TestCase):
    """Five comparisons a server, made below as test_SERVER_COMPARISON."""

    maxDiff = None

    def check_versions_as_nmap(self, name):
        ours = {row["version"] for row in seen(name, "v_interface_version", more="AND outcome = 'accepted'")}
        explained = {version for server, version in NMAP_CANNOT_SEE if server == name}
        self.assertEqual(set(nmap(name).suites), ours - explained)
        self.assertLessEqual(explained, ours)
        self.assertEqual([{"state": "tls"}], seen(name, "v_interface", "state"))

    def check_versions_as_openssl(self, name):
        ours = {row["version"]: row["outcome"] == "accepted" for row in seen(name, "v_interface_version")}
        self.assertEqual({version: s_client(name, version).accepted for version in S_CLIENT_VERSIONS},
                         {version: ours.get(version) for version in S_CLIENT_VERSIONS})

    def check_suite_is_one_that_nmap_lists(self, name):
        """Or that openssl agrees on when it offers that one alone: nmap misses some of Dovecot's suites below TLS 1.2."""
        for row in seen(name, "v_interface_version", more="AND outcome = 'accepted'"):
            if (name, row["version"]) in NMAP_CANNOT_SEE:
                continue
            # nmap calls the suites of TLS 1.3 TLS_AKE_WITH_..., a name that IANA does not know.
            listed = [suite.replace("TLS_AKE_WITH_", "TLS_") for suite in nmap(name).suites[row["version"]]]
            if row["cipher"] in listed:
                continue
            alone = SClient(listening[name], row["version"], weak=processes.weak, suite=iana_names().get(row["cipher"]))
            self.assertTrue(row["version"] in S_CLIENT_VERSIONS[:3] and alone.accepted, f"{row['version']}: {row['cipher']} not in {listed}")

    def check_leaves_as_openssl(self, name):
        """Leaf certificates for each version, asked for each kind of key, with and without a name."""
        for server_name in {"", listening[name].server_name}:
            theirs = {(version, pki.name_of(leaf)) for version in S_CLIENT_VERSIONS for kind in KEY_KINDS
                      if (leaf := s_client(name, version, kind, server_name).leaf_sha256)}
            found = seen(name, "v_interface_certificate", "version, server_name, sha256, key_type", "AND position = 0")
            ours = {(row["version"], pki.name_of(row["sha256"])) for row in found
                    if (row["server_name"] or "") == server_name and row["version"] != "SSLv3"}
            self.assertEqual(theirs, ours, f"asked for name '{server_name}'")
            for row in found:
                self.assertEqual(KEY_TYPES[pki.name_of(row["sha256"])], row["key_type"])

    def check_certificate_facts_as_nmap(self, name):
        theirs = nmap(name).certificate
        self.assertIsNotNone(theirs)
        ours = seen(name, "v_interface_certificate", "sha256, key_bits, signature_hash, not_before, not_after", "AND position = 0")
        same = [row for row in ours if row["sha256"] == theirs["sha256"]]
        self.assertTrue(same, f"nmap saw {pki.name_of(theirs['sha256'])}")
        for row in same:
            self.assertIn(row["signature_hash"], theirs["signature"].lower())
            self.assertEqual(theirs["bits"], str(row["key_bits"]))
            for day in ("not_before", "not_after"):
                self.assertEqual(datetime.fromisoformat(theirs[day]).replace(tzinfo=timezone.utc),
                                 datetime.fromisoformat(row[day].replace("Z", "+00:00")))

    def check_client_certificate_request_as_openssl(self, name):
        ours = {row["version"]: row for row in seen(name, "v_interface_client_auth")}
        for version in S_CLIENT_VERSIONS:
            theirs = s_client(name, version)
            if not theirs.accepted:
                continue
            row = ours.get(version, {"requested": 0, "authorities": ""})
            self.assertEqual(theirs.client_certificate_requested, bool(row["requested"]), version)
            for authority in theirs.authorities:
                self.assertIn(authority.split("CN = ")[1], row["authorities"] or "", version)


CHECKS = [name for name in dir(RealServers) if name.startswith("check_")]


def bound(check, name):
    return lambda self: getattr(self, check)(name)


for start_ in STARTERS:
    for check_ in CHECKS:
        setattr(RealServers, f"test_{start_.__name__}_{check_.removeprefix('check_')}", bound(check_, start_.__name__))


class TheServersThemselves(unittest.TestCase):
    """The comparison proves little where nothing is served; these say what each server is there for."""

    def test_jsse_and_nss_serve_sslv3(self):
        self.assertIn("SSLv3", nmap("jsse").suites)
        self.assertIn("SSLv3", nmap("nss_with_ssl3").suites)

    def test_jsse_serves_rc4_3des_null_and_export(self):
        suites = " ".join(nmap("jsse").suites["TLSv1.0"])
        for weak in ("RC4_128", "3DES_EDE", "WITH_NULL", "EXPORT"):
            self.assertIn(weak, suites)

    def test_haproxy_shows_one_of_its_chains_without_a_name_and_both_with_one(self):
        leaves = {server_name: {s_client("haproxy", "TLSv1.2", kind, server_name).leaf_sha256 for kind in ("rsa", "ecdsa")} - {None}
                  for server_name in ("", listening["haproxy"].server_name)}
        self.assertEqual([1, 2], [len(found) for found in leaves.values()])

    def test_every_kind_of_key_is_served_by_someone(self):
        found = {row["key_type"] for row in rows(database, "SELECT DISTINCT key_type FROM v_interface_certificate WHERE position = 0")}
        self.assertEqual({"rsa", "ecdsa", "ed25519", "rsa-pss"}, found)


if __name__ == "__main__":
    unittest.main()
