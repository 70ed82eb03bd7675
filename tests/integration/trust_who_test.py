"""ucready trust who: what breaks when a certificate is renewed, by the hops of a site file."""

import ssl
import tempfile
import unittest
from pathlib import Path

from made_captures import contexts, flights, write_connection
from program import DONE, ROOT, ucready
from scenario_pki import ScenarioTest

SCENARIO = ROOT / "tests/scenarios/copy-of-a-renewed-certificate.yaml"


class TrustWho(ScenarioTest):
    def who(self, certificate):
        site = self.write(SCENARIO.name, SCENARIO.read_text())
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "x.db"
            planned = ucready("plan", "--site", site, "--db", database)
            self.assertEqual(DONE, planned.returncode, planned.stderr)
            done = ucready("trust", "who", "--db", database, site.parent / "pki" / certificate)
        self.assertEqual(DONE, done.returncode, done.stderr)
        return done.stdout

    def test_a_certificate_held_as_a_copy_breaks_both_ways_when_it_is_renewed(self):
        told = self.who("rsa-self.pem")
        self.assertIn("If it is renewed today by the same authority, and nobody is told: 2 of 2 known hops break.", told)
        self.assertIn("lon-cucm as sip-trunk -> hh-cucm:5061 (1 pair of nodes), breaks untrusted_server_certificate", told)
        self.assertIn("hh-cucm as sip-trunk -> lon-cucm:5061 (1 pair of nodes), breaks untrusted_client_certificate", told)

    def test_one_whose_authority_is_held_can_be_renewed(self):
        self.assertIn("nobody is told: 0 of 2 known hops break.", self.who("rsa.pem"))

    def test_an_authority_has_a_successor_that_no_store_holds(self):
        told = self.who("ca1.pem")
        self.assertIn("no store holds that one yet: 2 of 2 known hops break.", told)
        self.assertIn("hh-cucm as sip-trunk -> lon-cucm:5061 (1 pair of nodes), breaks untrusted_server_certificate", told)

    def test_a_hop_of_other_certificates_that_was_seen_to_work_stays_out_of_it(self):
        """Nobody knows what the client of the second server trusts; only a capture shows that it works."""
        site = self.write("two.yaml", SCENARIO.read_text().replace("hops:", """  - {name: other, product: app, settings: {stack: openssl-3}, certificates: [pki/ca2-rsa.pem], interfaces: [{port: 443, protocol: https}],
     nodes: [{name: o1, address: 10.0.0.9}]}
  - {name: client, product: app, settings: {stack: openssl-3}, nodes: [{name: c1, address: 10.0.0.8}]}
hops:
  - {from: client, to: other:443}"""))
        pki = site.parent / "pki"
        server, client = contexts((pki / "ca2-rsa.pem", pki / "ca2-rsa.key"), ssl.TLSVersion.TLSv1_2, trusted=False)
        client.load_verify_locations(pki / "ca2.pem")
        with tempfile.TemporaryDirectory() as folder:
            capture, database = Path(folder) / "x.pcap", Path(folder) / "x.db"
            write_connection(capture, flights(server, client)[0], ("10.0.0.8", 40001), ("10.0.0.9", 443))
            self.assertEqual(DONE, ucready("capture", "-r", capture, "--site", site, "--db", database).returncode)
            told = {name: ucready("trust", "who", "--db", database, pki / name).stdout for name in ("rsa-self.pem", "ca2-rsa.pem")}
        self.assertIn("2 of 3 known hops break.\n", told["rsa-self.pem"])
        self.assertIn("0 of 3 known hops break, 1 become unknown", told["ca2-rsa.pem"])

    def test_without_clusters_nothing_is_said_of_hops(self):
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "x.db"
            site = self.write(SCENARIO.name, SCENARIO.read_text())
            certificate = site.parent / "pki/ca1.pem"
            ucready("trust", "add", "--db", database, "--cluster", "hq", certificate)
            done = ucready("trust", "who", "--db", database, certificate)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertNotIn("known hops", done.stdout)


if __name__ == "__main__":
    unittest.main()
