"""Groups that join ML-KEM to a curve: found at a server that has them, and in the hello of a client that wants them."""

import os
import unittest

import node24
from oracles import VERSIONS, Nmap, Sslscan
from pki import Pki
from processes import Processes, in_private_network
from program import DONE, rows, ucready
from recorded_packets import recorded

SERVED = ["X25519MLKEM768", "SecP256r1MLKEM768", "X25519"]
ASKED = {"X25519MLKEM768": "X25519MLKEM768", "SecP256r1MLKEM768": "SecP256r1MLKEM768", "SecP384r1MLKEM1024": "SecP384r1MLKEM1024",
         "X25519": "x25519", "P-256": "secp256r1", "P-384": "secp384r1"}


@unittest.skipUnless(node24.find(), "needs Node 24: script/node24")
class HybridGroups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.pki = Pki(cls.processes.folder / "pki")
        cls.server = node24.serve(cls.processes, cls.pki, ":".join(SERVED))
        cls.database = cls.processes.folder / "x.db"
        done = ucready("scan", f"tls://127.0.0.1:{cls.server.port}", "--depth", "full", "--rate", 1000, "--db", cls.database)
        if done.returncode != DONE:
            raise RuntimeError(done.stderr)

    def test_the_groups_are_those_that_a_client_of_openssl_3_5_is_let_in_with(self):
        found = {row["group_name"] for row in rows(self.database, "SELECT group_name FROM v_interface_group WHERE version = 'TLSv1.3'")}
        theirs = {ours for name, ours in ASKED.items() if node24.connect(self.server.port, name)}
        self.assertEqual(len(SERVED), len(theirs))
        self.assertEqual(theirs, found)

    def test_the_suites_are_those_that_nmap_and_sslscan_find(self):
        nmap, sslscan = Nmap(self.server).suites, Sslscan(self.server, self.pki.path("client.pem"), self.pki.path("client.key")).suites
        for version in VERSIONS:
            theirs = {suite.replace("TLS_AKE_WITH_", "TLS_") for suite in nmap.get(version, [])} | sslscan.get(version, set())
            ours = {row["cipher"] for row in rows(self.database, "SELECT cipher FROM v_interface_cipher WHERE version = ?", version)}
            self.assertEqual(theirs, ours, version)

    @unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
    def test_a_hello_with_a_hybrid_share_is_replayed_and_the_leaf_said_to_be_unknown(self):
        packets, database = self.processes.folder / "hybrid.pcap", self.processes.folder / "hybrid.db"
        with recorded(packets):
            version, suite, _ = node24.connect(self.server.port, "X25519MLKEM768:X25519")
        read = ucready("capture", "-r", packets, "--db", database, "--filter", f"tcp port {self.server.port}")
        self.assertEqual(DONE, read.returncode, read.stderr)
        done = ucready("scan", "--as", "127.0.0.1", "--db", database)
        self.assertEqual(DONE, done.returncode, done.stderr)
        answer = rows(database, "SELECT outcome, version, cipher, group_name, certificate_sha256, detail FROM v_offer_answer")
        self.assertEqual([("answered", version, suite, "X25519MLKEM768", None, "its certificate cannot be read behind this group or suite")],
                         [tuple(row.values()) for row in answer])


if __name__ == "__main__":
    unittest.main()
