"""Depth full over real servers: every suite, group and scheme is what nmap, sslscan and openssl find in the same run.

One scan covers all servers; nothing is compared with a stored answer.
"""

import os
import subprocess
import unittest

import dialect_servers
import servers
from fake_sql_server import NOT_SUPPORTED, FakeSqlServer
from oracles import S_CLIENT_FLAGS, VERSIONS, Nmap, Sslscan, iana_names
from pki import Pki
from processes import Processes
from program import DONE, rows, site_of_nodes, ucready

DIRECT = [servers.nginx, servers.nginx_uc, servers.nginx_weak_certificates, servers.kamailio_requiring_certificates, servers.haproxy, servers.haproxy_uc,
          servers.jsse, servers.gnutls, servers.gnutls_without_dh_groups, servers.nss_with_ssl3, servers.nss_asking_for_certificates, servers.openssl_dual,
          servers.openssl_with_null_for_old_versions, servers.openssl_dsa, servers.openssl_rare_groups, servers.openssl_ed25519_requiring_certificates]
DIALECTS = dialect_servers.SERVERS if os.getuid() == 0 else []

# What each server's own configuration says about the client's certificate: not asked, asked, required.
CLIENT_AUTH = {"nginx": (0, None), "kamailio_requiring_certificates": (1, 1), "haproxy": (1, 0), "haproxy_uc": (1, 0), "jsse": (1, 0), "nss_asking_for_certificates": (1, 1),
               "openssl_ed25519_requiring_certificates": (1, 1)}

# Why neither nmap nor sslscan sees some suites there.
MISSED_BY_BOTH = {
    (name, "TLSv1.2"): "nmap asks by no name and so meets one chain; sslscan, which asks by name, is not shown the RSA chain at this version"
    for name in ("haproxy", "haproxy_uc")
}

GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "x448": "X448"}

processes = None
pki = None
listening = {}
database = None


def setUpModule():
    global processes, pki, database
    processes = Processes()
    unittest.addModuleCleanup(processes.stop)
    pki = Pki(processes.folder / "pki")
    for start in DIRECT + DIALECTS:
        listening[start.__name__] = start(processes, pki)
    sql = FakeSqlServer(pki.path("rsa.crt"), pki.path("rsa.key"))
    clear_sql = FakeSqlServer(pki.path("rsa.crt"), pki.path("rsa.key"), NOT_SUPPORTED)
    for name, fake in (("sql", sql), ("clear_sql", clear_sql)):
        fake.__enter__()
        unittest.addModuleCleanup(fake.__exit__, None, None, None)
        listening[name] = servers.Listening(fake.port, "tds")
    interfaces = [(server.port, server.protocol, server.server_name, server.domain) for server in listening.values()]
    site = site_of_nodes(processes.folder / "site.yaml", ["127.0.0.1"], interfaces)
    database = processes.folder / "full.db"
    scan = ucready("scan", "--site", site, "--db", database, "--depth", "full", "--per-host", 16, "--rate", 1000, "--timeout", 5,
                   "--client-cert", pki.path("client.pem"), "--client-key", pki.path("client.key"), timeout=500)
    if scan.returncode != DONE:
        raise RuntimeError(f"scan exited {scan.returncode}: {scan.stderr}")


def seen(name, view, columns="*", more=""):
    return rows(database, f"SELECT {columns} FROM {view} WHERE port = ? {more}", listening[name].port)


def suites(name, version):
    return {row["cipher"] for row in seen(name, "v_interface_cipher", "cipher", f"AND version = '{version}'")}


class FullDepth(unittest.TestCase):
    """Comparisons with nmap and openssl, made below as test_SERVER_COMPARISON."""

    maxDiff = None

    def tearDown(self):
        self.assertEqual({}, processes.ended())

    def check_suites_as_nmap_and_sslscan_find_them_together(self, name):
        """What they miss must be explained above, and openssl must be let in with each such suite alone."""
        nmap = {version: {suite.replace("TLS_AKE_WITH_", "TLS_") for suite in found} for version, found in Nmap(listening[name]).suites.items()}
        sslscan = Sslscan(listening[name], pki.path("client.pem"), pki.path("client.key")).suites
        for version in VERSIONS:
            theirs = nmap.get(version, set()) | sslscan.get(version, set())
            ours = suites(name, version)
            self.assertEqual(set(), theirs - ours, version)
            missed = ours - theirs
            self.assertEqual((name, version) in MISSED_BY_BOTH, bool(missed), f"{version} {missed}")
            for suite in missed:
                self.assertIn("ServerHelloDone", s_client(name, version, "-cipher", f"{iana_names()[suite]}:@SECLEVEL=0"), suite)

    def check_lists_are_whole(self, name):
        cut = [row for row in seen(name, "v_interface_trait", "version, trait, value") if row["trait"].endswith("_complete")]
        self.assertTrue(cut)
        self.assertEqual([], [row for row in cut if row["value"] != 1])

    def check_groups_as_openssl(self, name):
        for version in ("TLSv1.2", "TLSv1.3"):
            if not suites(name, version) or name.startswith("openssl_ed25519"):
                continue
            ours = {row["group_name"] for row in seen(name, "v_interface_group", "group_name", f"AND version = '{version}'")}
            for group, theirs in GROUPS.items():
                suites_of_it = [] if version == "TLSv1.3" else ["-cipher", "ECDHE+aRSA:@SECLEVEL=0"]
                said = s_client(name, version, "-groups", theirs, *suites_of_it)
                # The certificate follows once a group was agreed on; a server without it ends in an alert.
                self.assertEqual("BEGIN CERTIFICATE" in said, group in ours, f"{version} {group}")


def s_client(name, version, *more):
    server = listening[name]
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", S_CLIENT_FLAGS[version], "-msg", "-legacy_server_connect",
               *(["-servername", server.server_name] if server.server_name else ["-noservername"]),
               *(["-starttls", server.starttls] if server.starttls else []),
               *(["-xmpphost", server.domain] if server.domain else []), *more]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30,
                          env={**os.environ, "OPENSSL_CONF": str(processes.weak)})
    return done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")


def openssl_suites(flag):
    """{IANA name: OpenSSL's} in OpenSSL's order, as `ALL` means it."""
    done = subprocess.run(["openssl", "ciphers", "-stdname", "-s", flag, "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0"], capture_output=True,
                          text=True, check=True, env={**os.environ, "OPENSSL_CONF": str(processes.weak)})
    return {line.split()[0]: line.split()[2] for line in done.stdout.splitlines()}


class Dialects(unittest.TestCase):
    """Suites behind another protocol, one by one with openssl s_client, and with sslscan where that knows the protocol."""

    maxDiff = None

    def tearDown(self):
        self.assertEqual({}, processes.ended())

    def check_suites_as_openssl(self, name):
        for version, flag in S_CLIENT_FLAGS.items():
            asked = openssl_suites(flag)
            option, done = ("-ciphersuites", "CertificateVerify") if version == "TLSv1.3" else ("-cipher", "ServerHelloDone")
            theirs = {suite for suite, own in asked.items()
                      if done in s_client(name, version, option, own + ("" if version == "TLSv1.3" else ":@SECLEVEL=0"))}
            self.assertEqual(theirs, suites(name, version) & set(asked), version)
            self.assertTrue(theirs or version != "TLSv1.2")

    def check_suites_that_sslscan_finds_are_found(self, name):
        """It does not find all: at MariaDB it comes no further than TLS 1.3."""
        if listening[name].starttls not in Sslscan.STARTTLS:
            self.skipTest("sslscan does not get to its ClientHello there")
        found = Sslscan(listening[name], pki.path("client.pem"), pki.path("client.key")).suites
        self.assertTrue(found)
        for version, theirs in found.items():
            self.assertLessEqual(theirs, suites(name, version), version)

    def check_versions_as_openssl(self, name):
        ours = {row["version"] for row in seen(name, "v_interface_version", more="AND outcome = 'accepted'")}
        theirs = {version for version in VERSIONS[1:]
                  if "ServerHello" in s_client(name, version, *([] if version == "TLSv1.3" else ["-cipher", "ALL:@SECLEVEL=0"]))}
        self.assertEqual(theirs, ours)


class Facts(unittest.TestCase):
    def test_nginx_with_all_its_suites_has_86_and_as_uc_systems_have_them_37(self):
        self.assertEqual([86, 37, 86], [len(seen(name, "v_interface_cipher")) for name in ("nginx", "nginx_uc", "nginx_weak_certificates")])

    def test_the_order_of_a_server_with_one_is_that_of_its_configuration(self):
        expected = list(openssl_suites("-tls1_2"))
        found = [row["cipher"] for row in seen("nginx", "v_interface_cipher", "cipher, position", "AND version = 'TLSv1.2' ORDER BY position")]
        self.assertEqual([suite for suite in expected if suite in found], found)

    def test_a_server_that_follows_the_client_has_no_order(self):
        for name in ("gnutls", "openssl_dual"):
            self.assertEqual({None}, {row["position"] for row in seen(name, "v_interface_cipher", "position", "AND version = 'TLSv1.2'")}, name)

    def test_client_certificates_are_required_where_the_configuration_says_so(self):
        for name, expected in CLIENT_AUTH.items():
            found = {row["version"]: (row["requested"], row["required"]) for row in seen(name, "v_interface_client_auth")}
            self.assertTrue(found, name)
            for version, told in found.items():
                if version != "SSLv3":  # OpenSSL has none, so there it cannot be told.
                    self.assertEqual(expected, told, f"{name} {version}")

    def test_the_scans_own_certificate_is_taken_by_who_trusts_its_root(self):
        found = {row["version"]: row["value"] for row in seen("openssl_ed25519_requiring_certificates", "v_interface_trait", "version, value",
                                                              "AND trait = 'client_certificate_taken'")}
        self.assertEqual({"TLSv1.2": 1, "TLSv1.3": 1}, found)

    def test_fallback_is_refused_by_openssl_and_not_by_jsse(self):
        for name, expected in (("nginx", 1), ("jsse", 0)):
            found = seen(name, "v_interface_trait", "version, value", "AND trait = 'fallback_scsv'")
            self.assertEqual([{"version": "TLSv1.2", "value": expected}], found, name)

    def test_tls_inside_prelogin_packets(self):
        self.assertEqual({"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"}, suites("sql", "TLSv1.2"))
        self.assertEqual([{"value": 1}], seen("sql", "v_interface_trait", "value", "AND trait = 'secure_renegotiation'"))

    def test_a_sql_server_without_encryption_says_so(self):
        found = seen("clear_sql", "v_interface", "state, detail")
        self.assertEqual([{"state": "starttls_refused", "detail": "the SQL server said in PRELOGIN that it has no encryption"}], found)

    def test_an_interface_costs_no_more_than_what_it_has(self):
        """One question for each suite, group and scheme; what some bring along makes up for what ends and checks the lists."""
        for name in ("nginx", "nginx_uc", "gnutls", "nss_with_ssl3"):
            has = sum(len(seen(name, view)) for view in ("v_interface_cipher", "v_interface_group", "v_interface_signature_scheme"))
            versions = len(seen(name, "v_interface_version"))
            cost = rows(database, "SELECT connections FROM interface WHERE port = ?", listening[name].port)[0]["connections"]
            self.assertLessEqual(cost, has + 3 * versions, name)


def bound(case, check, name):
    return lambda self: getattr(case, check)(self, name)


for case_, starters_ in ((FullDepth, DIRECT), (Dialects, DIALECTS)):
    for check_ in [name for name in dir(case_) if name.startswith("check_")]:
        for start_ in starters_:
            setattr(case_, f"test_{start_.__name__}_{check_.removeprefix('check_')}", bound(case_, check_, start_.__name__))
del case_  # By this name, too, a loader would find its tests.


if __name__ == "__main__":
    unittest.main()
