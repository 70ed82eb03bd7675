"""ucready-lab visit: the estate's own clients connect as its hops say."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from processes import in_private_network
from program import LAB

OFFSET = 0 if in_private_network() else 20000


class Visits(unittest.TestCase):
    """The estate's own clients, in an estate of one server and three clients."""

    ESTATE = """site: x
domain: x.example
organisation: X
authorities: [{name: root, subject: {CN: X Root}}, {name: other, subject: {CN: Other Root}}]
clusters:
  - name: server
    product: cucm
    certificates: {callmanager: {issuer: root}, callmanager-ecdsa: {issuer: root, key: p256}}
    interfaces:
      - {port: 30061, protocol: sip-tls, tls: [TLSv1.0, TLSv1.3], identities: [callmanager, callmanager-ecdsa]}
      - {port: 30025, protocol: smtp, identities: [callmanager]}
    nodes: [{name: s1, address: 127.12.0.1}, {name: s2, address: 127.12.0.2}]
  - {name: old, product: phone, model: "7942", nodes: [{name: p1, address: 127.12.1.1}]}
  - {name: new, product: phone, model: "9871", trust: [root], nodes: [{name: p2, address: 127.12.1.2}]}
  - {name: wary, product: cube, trust: [other], nodes: [{name: c1, address: 127.12.1.3}]}
hops:
  - {from: old, to: server:30061}
  - {from: new, to: server:30061}
  - {from: wary, to: server/s1:30061}
  - {from: wary, to: server:30061, dormant: true}
  - {from: new, to: server/s2:30025}
"""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="ucready-lab-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.estate = self.folder / "estate.yaml"
        self.estate.write_text(self.ESTATE)
        self.words = (str(self.estate), "--dir", str(self.folder / "state"), "--port-offset", str(OFFSET))

    def run_lab(self, *arguments):
        return subprocess.run([LAB, *arguments], capture_output=True, text=True, timeout=60)

    def test_every_declared_hop_is_made_and_who_does_not_trust_refuses(self):
        self.assertEqual("ready\n", self.run_lab("up", *self.words).stdout)
        self.addCleanup(self.run_lab, "down", "--dir", str(self.folder / "state"))
        visit = self.run_lab("visit", *self.words)
        self.assertEqual((0, "6 connections: 4 established, 1 refused, 1 not made\n"), (visit.returncode, visit.stdout), visit.stderr)
        self.run_lab("down", "--dir", str(self.folder / "state"))
        counted = json.loads((self.folder / "state/stats.json").read_text())["addresses"]
        self.assertEqual((3, 2), (counted["127.12.0.1"]["connections"], counted["127.12.0.2"]["connections"]))

    def test_without_a_lab_it_says_so(self):
        visit = self.run_lab("visit", *self.words)
        self.assertEqual(2, visit.returncode)
        self.assertIn("no lab runs in", visit.stderr)


if __name__ == "__main__":
    unittest.main()
