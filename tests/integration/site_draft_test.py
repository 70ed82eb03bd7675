"""ucready site --from-capture: from captures to a site file that the program itself takes, and back."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from program import DONE, PARTLY, ROOT, USAGE, rows, ucready


class SiteFromCapture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory()
        cls.addClassCleanup(made.cleanup)
        cls.folder = Path(made.name)
        cls.pcap, cls.database, cls.site = cls.folder / "hq.pcap", cls.folder / "hq.db", cls.folder / "hq.yaml"
        subprocess.run([sys.executable, ROOT / "tests/bench/make_capture.py", "handshakes", "1", cls.pcap], check=True, capture_output=True)
        assert ucready("capture", "-r", cls.pcap, "--db", cls.database).returncode == DONE
        cls.done = ucready("site", "--from-capture", "--db", cls.database, "-o", cls.site)

    def test_writes_what_a_scan_takes_without_a_warning(self):
        self.assertEqual(DONE, self.done.returncode, self.done.stderr)
        self.assertEqual(0o600, self.site.stat().st_mode & 0o777)
        dry = ucready("scan", "--site", self.site, "--db", self.folder / "dry.db", "--dry-run")
        self.assertEqual(DONE, dry.returncode, dry.stderr)
        self.assertEqual("", dry.stderr)
        self.assertNotIn("10.1.", dry.stdout, "a client would be scanned")

    def test_a_capture_read_with_it_knows_every_hop(self):
        again = self.folder / "again.db"
        done = ucready("capture", "-r", self.pcap, "--site", self.site, "--db", again)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual([], rows(again, "SELECT hop_client, hop_server FROM v_finding WHERE rule = 'hop-undeclared'"))
        known = "(SELECT cluster FROM v_cluster)"
        self.assertEqual([], rows(again, f"SELECT DISTINCT client, server FROM v_hop WHERE client NOT IN {known} OR server NOT IN {known}"))
        # That rule can be broken: without one of the hops it says so.
        text = self.site.read_text().splitlines()
        text.remove(next(line for line in reversed(text) if line.startswith("  - {from:")))
        fewer = self.folder / "fewer.yaml"
        fewer.write_text("\n".join(text) + "\n")
        self.assertEqual(DONE, ucready("capture", "-r", self.pcap, "--site", fewer, "--db", self.folder / "fewer.db").returncode)
        self.assertNotEqual([], rows(self.folder / "fewer.db", "SELECT 1 FROM v_finding WHERE rule = 'hop-undeclared'"))

    def test_says_the_evidence_of_each_guess(self):
        text = self.site.read_text()
        self.assertRegex(text, r"# guess: one kind, for they make the same offer \(t1[23]d\w+, highest TLSv1\.[23]")
        self.assertRegex(text, r"# guess: one cluster, for \d+ addresses share a certificate or a name")
        self.assertRegex(text, r"# \d+ sessions, .* failed \(client: unknown_ca\)")
        self.assertLess(len(text.splitlines()), 2000)

    def test_the_same_captures_give_the_same_file_on_the_screen(self):
        shown = ucready("site", "--from-capture", "--db", self.database)
        self.assertEqual(self.site.read_text(), shown.stdout)

    def test_overwrites_nothing_and_makes_nothing_of_nothing(self):
        there = ucready("site", "--from-capture", "--db", self.database, "-o", self.site)
        self.assertEqual(USAGE, there.returncode)
        self.assertIn("is there already", there.stderr)
        self.assertEqual(USAGE, ucready("site", "--db", self.database).returncode)
        self.assertEqual(USAGE, ucready("site", "--from-capture", "--db", self.folder / "none.db").returncode)
        empty = self.folder / "empty.pcap"
        empty.write_bytes(self.pcap.read_bytes()[:24])
        ucready("capture", "-r", empty, "--db", self.folder / "empty.db")
        nothing = ucready("site", "--from-capture", "--db", self.folder / "empty.db", "-o", self.folder / "empty.yaml")
        self.assertEqual(PARTLY, nothing.returncode)
        self.assertFalse((self.folder / "empty.yaml").exists())


if __name__ == "__main__":
    unittest.main()
