"""What plan makes of clients that a capture has seen: how far down they go, and what handshakes prove of their trust."""

import json
import ssl
import unittest

from made_captures import contexts, flights, write_connection
from program import DONE, ucready
from scenario_pki import ScenarioTest

SITE = """site: hq
clusters:
  - name: hq-server
    product: cucm
    release: "12.5(1)SU8"
    certificates: [pki/rsa.pem]
    interfaces: [{{port: 8443, protocol: https, tls_min: {version}, tls_max: {version}}}]
    nodes: [{{name: s1, address: 10.0.0.1}}]
  - name: hq-client
    product: app
    settings: {settings}
    {trust}
    nodes: [{{name: c1, address: 10.0.0.2}}]
hops: [{{from: hq-client, to: "hq-server:8443"}}]
"""

TRUNK = """site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 14SU3
    target: 15SU4a
    settings: {{tls_min: TLSv1.2}}
    certificates: [pki/rsa.pem] # server
    trust: [pki/ca1.pem]
    interfaces: [{{port: 5061, protocol: sip-tls}}]
    nodes: [{{name: s1, address: 10.0.0.1}}]
  - name: hq-expc
    product: expressway-c
    release: X14.3.7
    trust: [pki/ca1.pem]
    interfaces: []
    {certificates}
    nodes: [{{name: c1, address: 10.0.0.2}}]
hops: [{{from: hq-expc, to: "hq-cucm:5061"}}]
order: [[hq-cucm]]
"""


class SeenClients(ScenarioTest):
    def flights(self, version=ssl.TLSVersion.TLSv1_2, resumed=False):
        server, client = contexts((self.folder / "pki/rsa.pem", self.folder / "pki/rsa.key"), version, trusted=False)
        client.load_verify_locations(self.folder / "pki/ca1.pem")
        client.set_ciphers("ALL:@SECLEVEL=0")
        sent, session = flights(server, client)
        return flights(server, client, session)[0] if resumed else sent

    def planned(self, sent, version="TLSv1.2", settings="{stack: openssl-3}", trust="trust: [pki/ca1.pem]", server="10.0.0.1"):
        """Today's forecast of the one hop, after these flights were captured."""
        site = self.write("site.yaml", SITE.format(version=version, settings=settings, trust=trust))
        database = self.folder / "x.db"
        database.unlink(missing_ok=True)
        if sent:
            write_connection(self.folder / "x.pcap", sent, ("10.0.0.2", 40001), (server, 8443))
            captured = ucready("capture", "-r", self.folder / "x.pcap", "--site", site, "--db", database)
            self.assertEqual(DONE, captured.returncode, captured.stderr)
        done = ucready("plan", "--site", site, "--db", database, "--format", "json")
        self.assertEqual(DONE, done.returncode, done.stderr)
        rows = [row for row in json.loads(done.stdout) if row["server"] == "hq-server"]
        self.assertEqual(1, len(rows))
        return rows[0]

    def test_how_far_down_a_hello_without_a_list_goes_is_not_in_it(self):
        hello, elsewhere = self.flights(), "10.0.0.9"
        row = self.planned(hello, "TLSv1.0", server=elsewhere)
        self.assertEqual(("unknown", "missing_setting"), (row["outcome"], row["reason"]))
        self.assertIn("how far down hq-client/c1 as client goes (tls_min)", row["explanation"])
        row = self.planned(hello, "TLSv1.0", settings="{stack: openssl-3, tls_min: TLSv1.0}", server=elsewhere)
        self.assertNotEqual("breaks", row["outcome"], row["explanation"])
        self.assertNotIn("how far down", row["explanation"])
        row = self.planned(hello, "TLSv1.0", settings="{stack: openssl-3, tls_min: TLSv1.2}", server=elsewhere)
        self.assertEqual(("breaks", "no_common_version"), (row["outcome"], row["reason"]))

    def test_where_the_server_speaks_its_highest_nothing_hangs_on_that(self):
        row = self.planned(self.flights(), trust="")
        self.assertEqual(("works", "proven"), (row["outcome"], row["grade"]))

    def test_resumed_sessions_prove_nothing(self):
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            with self.subTest(name):
                proven = self.planned(self.flights(version), name, trust="")
                self.assertEqual(("works", "proven"), (proven["outcome"], proven["grade"]))
                row = self.planned(self.flights(version, resumed=True), name, trust="")
                self.assertEqual("unknown", row["outcome"], row["explanation"])
                self.assertIn("what trusted-ca of hq-client/c1 holds", row["explanation"])

    def mutual(self, client_leaf="rsa", server_leaf="rsa"):
        """A handshake in which the server asks for a certificate and gets one."""
        pki = self.folder / "pki"
        server, client = contexts((pki / f"{server_leaf}.pem", pki / f"{server_leaf}.key"), ssl.TLSVersion.TLSv1_2, trusted=False,
                                  client_pair=(pki / f"{client_leaf}.pem", pki / f"{client_leaf}.key"))
        server.load_verify_locations(pki / "ca1.pem")
        client.load_verify_locations(pki / "ca1.pem")
        return flights(server, client)[0]

    def upgraded(self, sent, certificates):
        """The forecast of a trunk after its server's upgrade, whose client's certificate only a capture can tell."""
        site = self.write("trunk.yaml", TRUNK.format(certificates=certificates))
        database = self.folder / "trunk.db"
        database.unlink(missing_ok=True)
        write_connection(self.folder / "x.pcap", sent, ("10.0.0.2", 40001), ("10.0.0.1", 5061))
        self.assertEqual(DONE, ucready("capture", "-r", self.folder / "x.pcap", "--site", site, "--db", database).returncode)
        done = ucready("plan", "--site", site, "--db", database, "--format", "json")
        return next(row for row in json.loads(done.stdout) if row["wave"] == 1 and not row["transient"])

    def test_the_certificate_that_a_client_was_seen_with_is_its_own_after_an_upgrade(self):
        row = self.upgraded(self.mutual(), "")
        self.assertEqual("works", row["outcome"], row["explanation"])
        row = self.upgraded(self.mutual("ca2-rsa"), "")
        self.assertEqual(("breaks", "untrusted_client_certificate"), (row["outcome"], row["reason"]), row["explanation"])
        # What was seen stands over what is declared.
        row = self.upgraded(self.mutual("ca2-rsa"), "certificates: [pki/rsa.pem]")
        self.assertEqual(("breaks", "untrusted_client_certificate"), (row["outcome"], row["reason"]), row["explanation"])

    def test_a_server_s_certificate_in_a_capture_is_one_that_it_has_and_perhaps_not_the_only_one(self):
        site = self.write("server.yaml", TRUNK.format(certificates="certificates: [pki/rsa.pem]").replace("    certificates: [pki/rsa.pem] # server\n", ""))
        database = self.folder / "server.db"
        write_connection(self.folder / "x.pcap", self.mutual(), ("10.0.0.2", 40001), ("10.0.0.1", 5061))
        self.assertEqual(DONE, ucready("capture", "-r", self.folder / "x.pcap", "--site", site, "--db", database).returncode)
        rows = {row["wave"]: row for row in json.loads(ucready("plan", "--site", site, "--db", database, "--format", "json").stdout)}
        self.assertEqual(("works", "proven"), (rows[0]["outcome"], rows[0]["grade"]))
        self.assertEqual("unknown", rows[1]["outcome"])
        self.assertIn("has an ECDSA certificate besides", rows[1]["explanation"])


if __name__ == "__main__":
    unittest.main()
