"""What ucready capture reads of public captures is what tshark reads of them, but for an explained list.

The captures are not part of this repository: UCREADY_CAPTURES names their folder (else ../shared/captures beside the checkout).
"""

import os
import re
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

from capture_differences import EXPLAINED
from capture_facts import told_by_tshark, told_by_us
from program import DONE, PARTLY, ROOT, rows, ucready

CAPTURES = Path(os.environ.get("UCREADY_CAPTURES", ROOT.parent / "shared/captures"))
REGISTRY = (ROOT / "tls/registry/cipher_suites.inc").read_text()
SUITES = {name: f"0x{number.lower()}" for number, name in re.findall(r'0x([0-9a-fA-F]{4})[^"\n]*"([^"]+)"', REGISTRY)}


def compared(ours, theirs):
    """{client: what differs}, of the connections of one capture."""
    by_ends = defaultdict(list)
    for connection in ours:
        by_ends[frozenset((connection["client"], connection["server"]))].append(connection)
    differences = {}
    for told in theirs:
        same_ends = by_ends[frozenset((told["client"], told["server"]))]
        if not same_ends:
            differences[told["client"]] = f"missing: {told}"
            continue
        nearest = min(same_ends, key=lambda seen: sum(seen[fact] != told[fact] for fact in told))
        same_ends.remove(nearest)
        if unlike := {fact: (told[fact], nearest[fact]) for fact in told if told[fact] != nearest[fact]}:
            differences[told["client"]] = f"(tshark, ucready): {unlike}"
    for left in by_ends.values():
        differences.update({connection["client"]: f"only ours: {connection}" for connection in left})
    return differences


@unittest.skipUnless(CAPTURES.is_dir(), f"no captures in {CAPTURES}: set UCREADY_CAPTURES to compare with tshark over public ones")
class PublicCaptures(unittest.TestCase):
    maxDiff = None

    def read(self, capture):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        database = Path(folder.name) / "x.db"
        done = ucready("capture", "-r", capture, "--db", database)
        self.assertIn(done.returncode, (DONE, PARTLY), f"{capture}: {done.stderr}")
        return database

    def test_agree_with_tshark(self):
        unexplained, met, flows = {}, set(), 0
        for facts in sorted(CAPTURES.glob("*/*.facts.json")):
            capture = Path(str(facts).removesuffix(".facts.json"))
            if not capture.exists():
                continue
            theirs = told_by_tshark(facts)
            flows += len(theirs)
            name = str(capture.relative_to(CAPTURES))
            for client, difference in compared(told_by_us(self.read(capture), SUITES.get), theirs).items():
                if (name, client) in EXPLAINED:
                    met.add((name, client))
                else:
                    unexplained[name, client] = difference
        self.assertGreater(flows, 900)
        self.assertEqual({}, unexplained)
        self.assertEqual(set(EXPLAINED), met, "explained differences that are none any more")

    def test_every_wrapping_of_our_own_capture_tells_the_same(self):
        """48 connections, 44 answered, 28 with a certificate in clear."""
        partial = {"c2s.pcap", "cut-mid-packet.pcap", "snap200.pcap"}
        found = {}
        for capture in sorted((CAPTURES / "own").glob("*.pcap*")):
            if capture.name not in partial:
                found[capture.name] = tuple(rows(self.read(capture), """
                    SELECT count(*), sum(version IS NOT NULL), sum(server_certificate_sha256 IS NOT NULL), sum(hello_retry),
                           sum(alert = 'unknown_ca' AND server_key_type = 'ecdsa'), sum(alert = 'handshake_failure'),
                           sum(alert = 'protocol_version') FROM v_session""")[0].values())
        self.assertGreater(len(found), 20)
        self.assertEqual({(48, 44, 28, 2, 2, 4, 2)}, set(found.values()), found)

    def test_the_parts_of_it_that_were_not_captured_are_not_made_up(self):
        one_sided = rows(self.read(CAPTURES / "own/c2s.pcap"), "SELECT count(*) n, sum(version IS NOT NULL) v, sum(established = 1) e FROM v_session")
        self.assertEqual([{"n": 48, "v": 0, "e": 0}], one_sided)
        cut_packets = rows(self.read(CAPTURES / "own/snap200.pcap"), "SELECT count(*) n, sum(server_certificate_sha256 IS NOT NULL) c FROM v_session")
        self.assertEqual([{"n": 48, "c": 0}], cut_packets)


if __name__ == "__main__":
    unittest.main()
