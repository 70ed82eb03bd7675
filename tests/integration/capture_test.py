"""ucready capture and hops as a user runs them, over captures that these tests make."""

import gzip
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from made_captures import write_hellos
from program import DONE, FINDINGS, PARTLY, ROOT, UCREADY, USAGE, rows, started, ucready

CONNECTIONS = 6000  # More half handshakes than 8 MB hold.

SITE = """site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 14SU3
    nodes:
{nodes}
  - {{name: hq-phones, product: phone, model: "8845", count: 50000, addresses: 10.1.0.0/16}}
  - name: hq-cube
    product: cube
    nodes: [{{name: cube, address: 10.9.0.1}}]
hops:
  - {{from: hq-phones, to: hq-cucm:5061, security: authenticated}}
  - {{from: hq-cube, to: hq-cucm:5061}}
"""


class Capture(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory()
        cls.addClassCleanup(made.cleanup)
        cls.made = Path(made.name)
        cls.pcap = cls.made / "hq.pcap"
        said = subprocess.run([sys.executable, ROOT / "tests/bench/make_capture.py", "handshakes", "1", cls.pcap], check=True,
                              capture_output=True, text=True).stdout
        cls.connections = int(said.split()[-2])

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "x.db"

    def capture(self, *words, expect=DONE, **options):
        done = ucready("capture", *words, "--db", self.database, **options)
        self.assertEqual(expect, done.returncode, done.stderr)
        return done

    def kinds(self, database=None):
        return rows(database or self.database, """
            SELECT version, server_key_type, alert_by, alert, established, resumed, client_certificate_requested AS asked, count(*) AS n
            FROM v_session GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 6""")

    def test_tells_every_kind_of_handshake_apart(self):
        self.capture("-r", self.pcap)
        kinds = [tuple(row.values())[:-1] for row in self.kinds()]
        self.assertEqual([
            ("TLSv1.2", None, None, None, 1, 1, None),
            ("TLSv1.2", "ecdsa", None, None, 1, 0, 0),
            ("TLSv1.2", "ecdsa", "client", "unknown_ca", 0, 0, 0),
            ("TLSv1.2", "rsa", None, None, 1, 0, 0),
            ("TLSv1.2", "rsa", None, None, 1, 0, 1),
            ("TLSv1.3", None, None, None, 1, 1, None),
            ("TLSv1.3", "ecdsa", None, None, 1, 0, 0),
            ("TLSv1.3", "rsa", None, None, 1, 0, 0)], kinds)
        self.assertEqual(self.connections, sum(row["n"] for row in self.kinds()))

    def test_says_which_client_does_not_trust_an_ecdsa_certificate(self):
        done = self.capture("-r", self.pcap, "--fail-on", "high", expect=FINDINGS)
        self.assertIn("refused by the client with unknown_ca after an ECDSA certificate", done.stdout)
        found = rows(self.database, "SELECT DISTINCT title FROM v_finding WHERE rule = 'unknown-ca-observed'")
        self.assertEqual([{"title": "Client refused an ECDSA certificate that it does not trust"}], found)

    def test_maps_addresses_to_the_site_and_plans_what_to_capture(self):
        nodes = "\n".join(f"      - {{name: cucm-{i}, address: 10.0.0.{i}}}" for i in range(1, 41))
        site = self.folder / "site.yaml"
        site.write_text(SITE.format(nodes=nodes))
        self.capture("-r", self.pcap, "--site", site)
        hops = ucready("hops", "--db", self.database)
        self.assertEqual(DONE, hops.returncode, hops.stderr)
        text = " ".join(hops.stdout.split())
        self.assertRegex(text, r"hq-phones as [\w-]+ \(\d+ kinds of client, highest TLSv1.3, takes ECDSA certificates\) -> hq-cucm:5061 sip-tls")
        self.assertIn("declared, authenticated", text)
        self.assertRegex(text, r"hq-cube as [\w-]+ -> hq-cucm:5061 sip-tls, not seen in any capture")
        self.assertIn("Capture plan: of one hop no ClientHello was seen", text)
        self.assertIn("utils network capture", text)
        self.assertEqual([{"client": "hq-phones", "server": "hq-cucm"}],
                         rows(self.database, "SELECT DISTINCT client, server FROM v_hop WHERE source = 'observed'"))

    def test_reads_what_comes_compressed_by_pipe_and_in_a_folder(self):
        packed = self.folder / "ring"
        packed.mkdir()
        (packed / "hq.cap0").write_bytes(gzip.compress(self.pcap.read_bytes()))
        (packed / "notes.txt").write_text("hello")
        done = self.capture("-r", packed)
        self.assertIn("left out", done.stderr)
        expected = self.kinds()
        piped = subprocess.run([UCREADY, "capture", "-r", "-", "--db", self.folder / "piped.db"], input=self.pcap.read_bytes(),
                               capture_output=True)
        self.assertEqual(DONE, piped.returncode, piped.stderr)
        self.assertEqual(expected, self.kinds(self.folder / "piped.db"))

    def test_a_sanitised_capture_tells_the_same_under_other_addresses(self):
        clean = self.folder / "clean.pcap"
        self.capture("-r", self.pcap, "--write-sanitised", clean, "--pseudonyms")
        self.assertEqual(0o600, clean.stat().st_mode & 0o777)
        again = ucready("capture", "-r", clean, "--db", self.folder / "clean.db")
        self.assertEqual(DONE, again.returncode, again.stderr)
        self.assertEqual(self.kinds(), self.kinds(self.folder / "clean.db"))
        addresses = rows(self.folder / "clean.db", "SELECT DISTINCT client_address a FROM v_session")
        self.assertTrue(all(row["a"].startswith("198.1") for row in addresses), addresses)

    def test_a_sanitised_capture_that_lacks_handshakes_is_partly_done(self):
        crowded, clean = self.folder / "crowded.pcap", self.folder / "clean.pcap"
        write_hellos(crowded, CONNECTIONS)
        done = self.capture("-r", crowded, "--write-sanitised", clean, expect=PARTLY)
        lacking = re.search(r"(\d+) handshakes left out of the sanitised capture for want of room", done.stdout)
        self.assertTrue(lacking, done.stdout)
        self.assertIn(f"lacks {lacking[1]} handshakes", done.stderr)
        ucready("capture", "-r", clean, "--db", self.folder / "clean.db")
        written = len(rows(self.folder / "clean.db", "SELECT 1 FROM v_session"))
        self.assertEqual(CONNECTIONS, written + int(lacking[1]))
        self.assertGreater(written, 0)

    def test_nothing_that_is_read_or_kept_is_overwritten_by_the_sanitised_capture(self):
        pcap, site, keys = (self.folder / name for name in ("hq.pcap", "hq.yaml", "keys.txt"))
        pcap.write_bytes(self.pcap.read_bytes())
        site.write_text(SITE.format(nodes="      - {name: cucm-1, address: 10.0.0.1}"))
        keys.write_text("")
        self.capture("-r", pcap)
        link, hard, new = self.folder / "link.pcap", self.folder / "hard.pcap", self.folder / "new.db"
        link.symlink_to(pcap)
        hard.hardlink_to(pcap)
        os.mkfifo(self.folder / "pipe")
        before = {path: path.read_bytes() for path in (pcap, self.database, site, keys)}
        ring = self.folder / "ring"
        ring.mkdir()
        (ring / "hq.cap0").write_bytes(pcap.read_bytes())
        words = ["-r", pcap, "--site", site, "--keylog", keys]
        for target in (pcap, link, hard, self.database, site, keys, self.folder / "pipe", "/dev/null"):
            done = self.capture(*words, "--write-sanitised", target, expect=USAGE)
            self.assertRegex(done.stderr, "name another file|no regular file")
        self.capture("-r", ring, "--write-sanitised", ring / "hq.cap0", expect=USAGE)
        for target in (new, f"{new}-wal"):
            refused = ucready("capture", "-r", pcap, "--db", new, "--write-sanitised", target)
            self.assertEqual(USAGE, refused.returncode, refused.stderr)
            self.assertFalse(new.exists())
        self.assertEqual(before, {path: path.read_bytes() for path in before})

    def test_pipes_are_read_whatever_their_name(self):
        pipe, second = self.folder / "pipe", self.folder / "second.pcap"
        os.mkfifo(pipe)
        second.write_bytes(self.pcap.read_bytes())
        writer = threading.Thread(target=lambda: pipe.write_bytes(self.pcap.read_bytes()))
        writer.start()
        self.capture("-r", pipe, second)
        writer.join()
        self.assertEqual(2 * self.connections, sum(row["n"] for row in self.kinds()))

    def test_a_killed_capture_keeps_the_certificates_it_has_seen(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        running = started("capture", "-r", pipe, "--db", self.database, "--quiet")
        self.addCleanup(lambda: (running.kill(), running.communicate()))
        packets = self.pcap.read_bytes()
        with open(pipe, "wb", buffering=0) as feed:
            # The half second of a batch is over when more comes, and what comes then is looked at after 4096 packets.
            end = time.monotonic() + 20
            feed.write(packets)
            kept = []
            while not kept and time.monotonic() < end:
                time.sleep(0.6)
                feed.write(packets[24:])
                kept = rows(self.database, "SELECT DISTINCT address, port FROM v_interface_certificate")
            running.send_signal(signal.SIGKILL)
            running.wait()
        self.assertTrue(kept)
        self.assertEqual("running", rows(self.database, "SELECT status FROM v_run")[0]["status"])
        self.assertGreaterEqual(len(rows(self.database, "SELECT 1 FROM v_interface")), 1)

    def test_says_which_servers_found_no_room(self):
        crowded = self.folder / "servers.pcap"
        write_hellos(crowded, 10_050, hosts=10_050)
        done = self.capture("-r", crowded)
        self.assertIn("50 sessions of servers beyond the first 10000", done.stdout)
        self.assertEqual(10_000, rows(self.database, "SELECT count(*) n FROM v_interface")[0]["n"])

    def test_what_is_no_capture_is_a_usage_error_and_leaves_no_database(self):
        text = self.folder / "notes.txt"
        text.write_text("hello world, this is no capture")
        for words in (("-r", text), ("-r", self.folder / "none.pcap"), ("-r", self.pcap, "--filter", "tcp portt 1"), ("-r", self.pcap, "-i", "lo"), ()):
            done = self.capture(*words, expect=USAGE)
            self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)
            self.assertFalse(self.database.exists())

    def test_a_cut_file_and_one_without_tls_are_partly_done(self):
        cut = self.folder / "cut.pcap"
        cut.write_bytes(self.pcap.read_bytes()[:500_000])
        self.assertIn("cut short at byte 500000", self.capture("-r", cut, expect=PARTLY).stderr)
        self.assertGreater(len(rows(self.database, "SELECT 1 FROM v_session")), 100)
        empty = self.folder / "empty.pcap"
        empty.write_bytes(self.pcap.read_bytes()[:24])
        self.assertIn("no TLS", self.capture("-r", empty, expect=PARTLY).stderr)
        self.assertEqual("done", rows(self.database, "SELECT status FROM v_run ORDER BY run_id DESC LIMIT 1")[0]["status"])

    def test_a_filter_holds_on_files(self):
        self.capture("-r", self.pcap, "--filter", "tcp port 5061")
        self.assertEqual([{"p": 5061}], rows(self.database, "SELECT DISTINCT server_port p FROM v_session"))


if __name__ == "__main__":
    unittest.main()
