"""A SQL server is asked as FreeTDS asks it: another's client of TDS, and our fake server of it, judge each other."""

import os
import re
import shutil
import subprocess
import unittest

from fake_sql_server import NOT_SUPPORTED, ON, FakeSqlServer
from oracles import iana_names
from pki import Pki
from processes import Processes, in_private_network
from program import DONE, PARTLY, rows, ucready
from recorded_packets import recorded

PRELOGIN, HANDSHAKE_RECORD, END = 0x12, 22, 0xff


def options(prelogin):
    """{token: value} of a PRELOGIN message (MS-TDS section 2.2.6.5), whose every value must lie within it."""
    found, at = {}, 0
    while prelogin[at] != END:
        start, size = (int.from_bytes(prelogin[at + i:at + i + 2]) for i in (1, 3))
        if start + size > len(prelogin):
            raise AssertionError(f"option {prelogin[at]} lies outside of the message")
        found[prelogin[at]] = prelogin[start:start + size]
        at += 5
    return found


@unittest.skipUnless(shutil.which("tsql"), "needs FreeTDS")
class AsFreeTdsAsks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.pki = Pki(cls.processes.folder / "pki")

    def served(self, encryption):
        server = FakeSqlServer(self.pki.path("rsa.crt"), self.pki.path("rsa.key"), encryption)
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        return server

    def tsql(self, server):
        """What FreeTDS notes of its own doing. It never gets past its login: the server hangs up then."""
        notes = self.processes.folder / "notes"
        notes.unlink(missing_ok=True)
        config = self.processes.write("freetds.conf", f"[fake]\nhost = 127.0.0.1\nport = {server.port}\ntds version = 7.4\nencryption = require\n")
        subprocess.run(["tsql", "-S", "fake", "-U", "nobody", "-P", "nothing"], input="exit\n", capture_output=True, text=True, timeout=30,
                       env={**os.environ, "FREETDSCONF": str(config), "TDSDUMP": str(notes)})
        return notes.read_text(errors="replace")

    def scanned(self, server):
        database = self.processes.folder / f"{self.id()}.db"
        done = ucready("scan", f"tds://127.0.0.1:{server.port}", "--depth", "full", "--rate", 1000, "--no-identify", "--db", database)
        self.assertIn(done.returncode, (DONE, PARTLY), done.stderr)
        return database

    def test_freetds_and_the_scan_agree_on_a_suite(self):
        server = self.served(ON)
        notes = self.tsql(server)
        self.assertIn("handshake succeeded", notes)
        own = re.search(r"Cipher Suite: GNUTLS_(\w+)", notes)[1].replace("_", "-")
        found = rows(self.scanned(server), "SELECT cipher FROM v_interface_cipher WHERE version = 'TLSv1.2'")
        self.assertIn(own.replace("ECDHE-RSA-AES-256", "ECDHE-RSA-AES256"), [iana_names()[row["cipher"]] for row in found])

    def test_both_frame_their_hello_alike(self):
        server = self.served(ON)
        self.tsql(server)
        theirs = server.heard[0]
        self.scanned(server)
        ours = server.heard[1]
        for who, packets in (("FreeTDS", theirs), ("the scan", ours)):
            with self.subTest(who):
                (first, prelogin), (second, hello) = packets[:2]
                self.assertEqual((PRELOGIN, PRELOGIN), (first, second))
                told = options(prelogin)
                self.assertEqual(0, min(told), "the version stands first")
                self.assertEqual(6, len(told[0]))
                self.assertEqual(1, len(told[1]), "encryption is one byte")
                self.assertIn(told[1][0], (1, 3), "on, or required")
                self.assertEqual(bytes([HANDSHAKE_RECORD, 3]), hello[:2], "a record with a handshake")
                self.assertEqual(1, hello[5], "a ClientHello")
                self.assertEqual(len(hello), 5 + int.from_bytes(hello[3:5]), "all of it in one packet")

    def test_both_stop_where_the_server_has_no_encryption(self):
        server = self.served(NOT_SUPPORTED)
        self.assertNotIn("handshake succeeded", self.tsql(server))
        self.assertEqual([PRELOGIN], [kind for kind, _ in server.heard[0]])
        found = rows(self.scanned(server), "SELECT state FROM v_interface")
        self.assertEqual([{"state": "starttls_refused"}], found)
        # It may speak TLS at once all the same, as TDS 8.0 does: that is tried after the refusal, on a connection of its own.
        heard = [tuple(kind for kind, _ in packets) for packets in server.heard[1:]]
        self.assertEqual((PRELOGIN,), heard[0])
        self.assertLessEqual(set(heard[1:]), {(PRELOGIN,), (HANDSHAKE_RECORD,)})

    @unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
    def test_its_hello_is_replayed_in_packets(self):
        server = self.served(ON)
        packets, database = self.processes.folder / "tds.pcap", self.processes.folder / "replay.db"
        with recorded(packets):
            notes = self.tsql(server)
        self.assertIn("handshake succeeded", notes)
        read = ucready("capture", "-r", packets, "--db", database, "--filter", f"tcp port {server.port}")
        self.assertEqual(DONE, read.returncode, read.stderr)
        done = ucready("scan", "--as", "127.0.0.1", "--db", database, f"tds://127.0.0.1:{server.port}")
        self.assertEqual(DONE, done.returncode, done.stderr)
        session = rows(database, "SELECT version, cipher, server_certificate_sha256 AS leaf FROM v_session")
        self.assertEqual(session, rows(database, "SELECT version, cipher, certificate_sha256 AS leaf FROM v_offer_answer"))
        self.assertTrue(session[0]["leaf"])


if __name__ == "__main__":
    unittest.main()
