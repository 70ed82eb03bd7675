"""Depth full over OpenSSL servers that have little, in an order of their own: what the search leaves out of its hellos hides nothing.

Suites, groups, schemes and orders are drawn anew from a seed. What each server takes is asked of openssl s_client in the same run;
the order is the one that it was started with.
"""

import os
import random
import unittest

import servers
from oracles import SClient
from pki import Pki
from processes import Processes
from program import DONE, rows, site_of_nodes, ucready

COUNT = 24
SEED = int(os.environ.get("RESTRICTED_SEED", "20261129"))

# OpenSSL's names by IANA's. ChaCha20 is left to full_depth_test: its place depends on the client's list.
SUITES = {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256": "ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM": "ECDHE-ECDSA-AES128-CCM",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384": "ECDHE-RSA-AES256-SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256": "DHE-RSA-AES128-GCM-SHA256",
          "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA256": "AES128-SHA256",
          "TLS_RSA_WITH_AES_128_CBC_SHA": "AES128-SHA", "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA": "CAMELLIA128-SHA",
          "TLS_RSA_WITH_AES_256_CCM_8": "AES256-CCM8", "TLS_RSA_WITH_NULL_SHA256": "NULL-SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA": "DHE-RSA-AES256-SHA"}
GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "x448": "X448"}
SCHEMES = {"ecdsa_secp256r1_sha256": "ECDSA+SHA256", "ecdsa_secp384r1_sha384": "ECDSA+SHA384", "ecdsa_secp521r1_sha512": "ECDSA+SHA512",
           "ecdsa_sha1": "ECDSA+SHA1", "rsa_pss_rsae_sha256": "rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384": "rsa_pss_rsae_sha384",
           "rsa_pss_rsae_sha512": "rsa_pss_rsae_sha512", "rsa_pkcs1_sha256": "RSA+SHA256", "rsa_pkcs1_sha384": "RSA+SHA384",
           "rsa_pkcs1_sha512": "RSA+SHA512", "rsa_pkcs1_sha1": "RSA+SHA1"}
VERSIONS = ("TLSv1.1", "TLSv1.2")

drawn = []
database = None


class Drawn:
    """One server: what it has, each list in its own order."""

    def __init__(self, draw, processes, pki, number):
        self.suites = some(draw, SUITES, 3)
        self.groups = some(draw, GROUPS, 1)
        self.schemes = some(draw, SCHEMES, 1)
        self.own_order = draw.random() < 0.75
        self.modern = draw.random() < 0.3  # TLSv1.2 and up alone.
        order = ["-serverpref"] if self.own_order else []
        versions = ["-no_tls1", "-no_tls1_1"] if self.modern else []
        self.server = servers._s_server(processes, pki, f"drawn-{number}", "rsa", "-dcert", pki.path("ecdsa.pem"), "-dkey", pki.path("ecdsa.key"),
                                        "-cipher", ":".join(SUITES[suite] for suite in self.suites) + ":@SECLEVEL=0",
                                        "-groups", ":".join(GROUPS[group] for group in self.groups),
                                        "-sigalgs", ":".join(SCHEMES[scheme] for scheme in self.schemes), *order, *versions)

    def __str__(self):
        return f"{self.suites} {self.groups} {self.schemes} own order: {self.own_order} modern: {self.modern}"

    def takes(self, version, suite):
        return "ServerHelloDone" in SClient(self.server, version, suite=SUITES[suite]).text

    def seen(self, view, columns, version, more=""):
        return rows(database, f"SELECT {columns} FROM {view} WHERE port = ? AND version = ? {more}", self.server.port, version)


def some(draw, names, least):
    return draw.sample(list(names), draw.randint(least, len(names)))


def setUpModule():
    global database
    processes = Processes()
    unittest.addModuleCleanup(processes.stop)
    pki = Pki(processes.folder / "pki")
    draw = random.Random(SEED)
    drawn.extend(Drawn(draw, processes, pki, number) for number in range(COUNT))
    site = site_of_nodes(processes.folder / "site.yaml", ["127.0.0.1"],
                         [(one.server.port, one.server.protocol, None, None) for one in drawn])
    database = processes.folder / "restricted.db"
    scan = ucready("scan", "--site", site, "--db", database, "--depth", "full", "--per-host", 16, "--rate", 1000, "--timeout", 5, timeout=300)
    if scan.returncode != DONE:
        raise RuntimeError(f"scan exited {scan.returncode}: {scan.stderr}")


class RestrictedServers(unittest.TestCase):
    maxDiff = None

    def for_each(self, check):
        for number, one in enumerate(drawn):
            for version in VERSIONS:
                with self.subTest(seed=SEED, number=number, version=version, server=str(one)):
                    check(one, version)

    def test_suites_are_those_that_openssl_gets(self):
        def check(one, version):
            theirs = {suite for suite in one.suites if one.takes(version, suite)}
            ours = {row["cipher"] for row in one.seen("v_interface_cipher", "cipher", version)}
            self.assertEqual(theirs, ours)
        self.for_each(check)

    def test_the_order_is_the_servers_own_where_it_has_one(self):
        def check(one, version):
            found = one.seen("v_interface_cipher", "cipher, position", version, "ORDER BY position")
            if not one.own_order:
                self.assertEqual(set(), {row["position"] for row in found} - {None})
            elif len(found) > 1:
                ours = [row["cipher"] for row in found if row["position"] is not None]
                self.assertEqual([suite for suite in one.suites if suite in {row["cipher"] for row in found}], ours)
        self.for_each(check)

    def test_groups_are_all_that_it_has(self):
        def check(one, version):
            found = {row["cipher"] for row in one.seen("v_interface_cipher", "cipher", version)}
            ours = {row["group_name"] for row in one.seen("v_interface_group", "group_name", version)}
            carriers = {suite for suite in found if "ECDHE" in suite}
            theirs = one.groups if carriers else []
            # A client of ECDSA alone must offer the leaf's curve, and what this server likes less never comes to pass.
            if carriers and one.own_order and all("ECDSA" in suite for suite in carriers) and "secp256r1" in theirs:
                theirs = theirs[:theirs.index("secp256r1") + 1]
            self.assertEqual(set(theirs), ours)
        self.for_each(check)

    def test_groups_with_an_order_are_in_the_servers(self):
        for number, one in enumerate(drawn):
            for version in (*VERSIONS, "TLSv1.3"):
                found = one.seen("v_interface_group", "group_name", version, "AND position IS NOT NULL ORDER BY position")
                ours = [row["group_name"] for row in found]
                with self.subTest(seed=SEED, number=number, version=version, server=str(one)):
                    self.assertEqual([group for group in one.groups if group in ours], ours)

    def test_schemes_are_all_that_its_keys_can_use(self):
        for number, one in enumerate(drawn):
            found = {row["cipher"] for row in one.seen("v_interface_cipher", "cipher", "TLSv1.2")}
            kinds = {"ecdsa" if "_ECDSA_" in suite else "rsa" for suite in found if not suite.startswith("TLS_RSA_")}
            ours = {row["scheme"] for row in one.seen("v_interface_signature_scheme", "scheme", "TLSv1.2")}
            with self.subTest(seed=SEED, number=number, server=str(one)):
                self.assertEqual({scheme for scheme in one.schemes if scheme.split("_")[0] in kinds}, ours)

    def test_tls13_has_all_its_groups_schemes_and_leaves(self):
        for number, one in enumerate(drawn):
            theirs = {scheme for scheme in one.schemes if scheme.startswith("rsa_pss") or scheme == "ecdsa_secp256r1_sha256"}
            with self.subTest(seed=SEED, number=number, server=str(one)):
                self.assertEqual(theirs, {row["scheme"] for row in one.seen("v_interface_signature_scheme", "scheme", "TLSv1.3")})
                if not theirs:
                    continue
                self.assertEqual(set(one.groups), {row["group_name"] for row in one.seen("v_interface_group", "group_name", "TLSv1.3")})
                self.assertEqual({"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"},
                                 {row["cipher"] for row in one.seen("v_interface_cipher", "cipher", "TLSv1.3")})
                kinds = {row["key_type"] for row in one.seen("v_interface_certificate", "key_type", "TLSv1.3", "AND position = 0")}
                self.assertEqual({"ecdsa" if scheme.startswith("ecdsa") else "rsa" for scheme in theirs}, kinds)


if __name__ == "__main__":
    unittest.main()
