"""ucready plan --verify: a real listener before and after its upgrade, handshakes in captures, and what is said of them."""

import csv
import io
import json
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from made_captures import contexts, flights, write_connection
from processes import Processes, free_port
from program import DONE, FINDINGS, PARTLY, USAGE, ucready

SITE = """site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: {release}
    {target}
    interfaces: [{{port: {port}, protocol: https}}]
    nodes: [{{name: pub, address: 127.0.0.11}}]
  - name: hq-expc
    product: expressway-c
    release: X14.3.7
    settings: {{prefer: rsa}}
    interfaces: []
    certificates: [exp.pem]
    trust: [ca.pem]
    nodes: [{{name: c1, address: 127.0.0.21}}]
hops: [{{from: hq-expc, to: "hq-cucm:{port}"}}]
"""


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.pki = cls.processes.folder
        cls.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA", "-days", "900")
        (cls.pki / "leaf.cnf").write_text("subjectAltName=DNS:cucm.example,IP:127.0.0.11\nextendedKeyUsage=serverAuth,clientAuth\n")
        for name in ("cm", "renewed", "exp"):
            cls.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-subj", f"/CN={name}", "-out", "leaf.csr")
            cls.openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "400",
                        "-extfile", "leaf.cnf", "-out", f"{name}.pem")

    @classmethod
    def openssl(cls, *words):
        subprocess.run(["openssl", *words], cwd=cls.pki, check=True, capture_output=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("ca.pem", "exp.pem"):
            (self.folder / name).write_bytes((self.pki / name).read_bytes())
        self.database = self.folder / "hq.db"
        self.port = free_port()
        self.server = None
        self.addCleanup(self.stop)

    def stop(self):
        if self.server:
            self.server.kill()
            self.server.wait()
        self.server = None

    def serve(self, *options, leaf="cm"):
        """The listener of hq-cucm as it is from now on."""
        self.stop()
        self.server = self.processes.start(
            "server", ["openssl", "s_server", "-www", "-accept", f"127.0.0.11:{self.port}", "-cert", self.pki / f"{leaf}.pem", "-key",
                       self.pki / f"{leaf}.key", *options], self.port, host="127.0.0.11")

    def site(self, release):
        file = self.folder / "site.yaml"
        target = "target: 15SU4a" if release != "15SU4a" else "via: []"
        file.write_text(SITE.format(release=release, target=target, port=self.port))
        return file

    def run_it(self, *words, expect=DONE):
        done = ucready(*words, "--db", self.database)
        self.assertEqual(expect, done.returncode, done.stdout + done.stderr)
        return done

    def scan(self, release):
        self.run_it("scan", "--site", self.site(release))

    def planned(self):
        """Today's listener speaks TLS 1.2; planned is its upgrade."""
        self.serve("-tls1_2")
        self.scan("14SU3")
        self.run_it("plan", "--site", self.site("14SU3"))

    def capture(self, trusted=True, at=None):
        """Handshakes of the Expressway with the listener, as packets on a wire would show them."""
        pair = (self.pki / "cm.pem", self.pki / "cm.key")
        server, client = contexts(pair, ssl.TLSVersion.TLSv1_2, trusted=False)
        if trusted:
            client.load_verify_locations(self.pki / "ca.pem")
        file = self.folder / "seen.pcap"
        write_connection(file, flights(server, client)[0], ("127.0.0.21", 40001), ("127.0.0.11", self.port), at)
        self.run_it("capture", "-r", file, "--site", self.site("15SU4a"))

    def verify(self, *words, expect=DONE):
        told = json.loads(self.run_it("plan", "--verify", "--format", "json", *words, expect=expect).stdout)
        self.assertEqual((1, 1), (len(told["hops"]), len(told["listeners"])))
        return told, told["hops"][0], told["listeners"][0]

    def test_a_listener_as_forecast_proves_no_hop_and_a_handshake_does(self):
        self.planned()
        self.serve()
        self.scan("15SU4a")
        told, hop, listener = self.verify()
        self.assertEqual(1, told["wave"])
        self.assertIn("hq-cucm is at 15SU4a by the scan", told["signs"][0])
        self.assertEqual(("as forecast", "works"), (listener["verdict"], hop["forecast"]), listener["because"])
        self.assertEqual(("as forecast", "scan"), (hop["verdict"], hop["evidence"]))
        self.assertIn("no handshake was captured", hop["because"])

        self.capture()
        told, hop, listener = self.verify()
        self.assertEqual(("proven", "capture"), (hop["verdict"], hop["evidence"]))
        self.assertIn("1 full handshake at TLSv1.2", hop["because"])

    def test_an_upgrade_that_is_told_by_nobody_shows_in_what_the_listener_accepts(self):
        self.planned()
        self.serve()
        self.scan("14SU3")
        told, _, _ = self.verify()
        self.assertEqual(1, told["wave"])
        self.assertIn("accepts pub:", told["signs"][0])

    def test_nothing_that_changed_is_today_and_the_wave_can_be_named(self):
        self.planned()
        self.scan("14SU3")
        told, _, _ = self.verify()
        self.assertEqual((0, []), (told["wave"], told["signs"]))
        told, _, _ = self.verify("--wave", "1")
        self.assertEqual(1, told["wave"])
        self.assertIn("nothing shows that hq-cucm did its step of wave 1", told["signs"])
        refused = self.run_it("plan", "--verify", "--wave", "2", expect=USAGE)
        self.assertIn("has waves 0 to 1", refused.stderr)

    def test_a_refused_handshake_is_worse(self):
        self.planned()
        self.serve()
        self.scan("15SU4a")
        self.capture(trusted=False)
        _, hop, _ = self.verify("--fail-on", "critical", expect=FINDINGS)
        self.assertEqual("worse", hop["verdict"])
        self.assertIn("1 of 1 handshake failed (client unknown_ca)", hop["because"])
        self.capture()
        _, hop, _ = self.verify("--fail-on", "critical")
        self.assertEqual("proven", hop["verdict"])

    def test_what_a_capture_recorded_before_the_plan_proves_nothing(self):
        self.planned()
        self.serve()
        self.scan("15SU4a")
        self.capture(at=time.time() - 86400)
        _, hop, _ = self.verify()
        self.assertEqual("as forecast", hop["verdict"])

    def test_a_silent_listener_and_another_certificate_are_worse(self):
        self.planned()
        self.serve(leaf="renewed")
        self.scan("15SU4a")
        _, hop, listener = self.verify("--fail-on", "high", expect=FINDINGS)
        self.assertEqual(("worse", "worse", "scan"), (listener["verdict"], hop["verdict"], hop["evidence"]))
        self.assertIn("another rsa certificate", listener["because"])
        self.stop()
        self.run_it("scan", "--site", self.site("15SU4a"), expect=PARTLY)
        _, _, listener = self.verify()
        self.assertEqual("worse", listener["verdict"])
        self.assertIn("answers without TLS: closed", listener["because"])

    def test_without_newer_evidence_it_says_that_nothing_is_known(self):
        self.planned()
        done = self.run_it("plan", "--verify", expect=PARTLY)
        self.assertIn("Nothing is known of how the wave went", done.stdout)
        self.assertIn("nothing seen since the plan", done.stderr)

    def test_a_what_if_is_no_plan_and_a_database_without_a_plan_is_refused(self):
        self.serve("-tls1_2")
        self.scan("14SU3")
        refused = self.run_it("plan", "--verify", expect=USAGE)
        self.assertIn("holds no plan", refused.stderr)
        self.run_it("plan", "--set", "hq-cucm.tls_min=TLSv1.2")
        self.run_it("plan", "--verify", expect=USAGE)
        self.run_it("plan", "--verify", "--set", "hq-cucm.tls_min=TLSv1.2", expect=USAGE)

    def test_text_and_csv_tell_the_same(self):
        self.planned()
        self.serve()
        self.scan("15SU4a")
        self.capture()
        text = self.run_it("plan", "--verify").stdout
        self.assertIn("Every hop is proven.", text)
        self.assertIn("Hops: 1 proven. Listeners: 1 as forecast.", " ".join(text.split()))
        table = list(csv.DictReader(io.StringIO(self.run_it("plan", "--verify", "--format", "csv").stdout)))
        self.assertEqual([("hop", "proven", "capture"), ("listener", "as forecast", "scan")],
                         [(row["subject"], row["verdict"], row["evidence"]) for row in table])


if __name__ == "__main__":
    unittest.main()
