"""From a listener's fingerprint to the plan: by what a voice system chooses between its RSA and its ECDSA certificate."""

import contextlib
import socket
import struct
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from pki import Pki
from processes import Processes, free_port
from program import DONE, rows, ucready

BY_SUITES, BY_SCHEMES = "tls12-ciphers", "tls13-signature-algorithms"
RSA_SUITES, ECDSA_SUITES = {0xc013, 0xc014, 0xc027, 0xc028, 0xc02f, 0xc030, 0xcca8}, {0xc009, 0xc00a, 0xc023, 0xc024, 0xc02b, 0xc02c, 0xcca9}

processes = None
pki = None
ports = {}


def setUpModule():
    global processes, pki
    processes = Processes()
    unittest.addModuleCleanup(processes.stop)
    pki = Pki(processes.folder / "pki")
    # Self-signed, as a voice system's ECDSA certificates are: whoever is shown it refuses it.
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=hq-pub-EC", "-keyout",
                    pki.path("own.key"), "-out", pki.path("own.pem")], check=True, capture_output=True)
    ports[BY_SCHEMES] = serve("rsa", "-dcert", pki.path("own.pem"), "-dkey", pki.path("own.key"))  # As any stock stack does in TLS 1.3.
    chooser = SuiteChooser()
    unittest.addModuleCleanup(chooser.close)
    ports[BY_SUITES] = chooser.port


def serve(name, *more):
    port = free_port()
    processes.start(f"server-{port}", ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", pki.path(f"{name}.pem"), "-key", pki.path(f"{name}.key"),
                                       "-cipher", "ALL:@SECLEVEL=0", "-quiet", *more], port)
    return port


class SuiteChooser:
    """Hands each connection to a server of one certificate: the kind that the hello's suites up to TLS 1.2 name first, of those that its
    signature schemes allow."""

    def __init__(self):
        self._behind = {"rsa": serve("rsa"), "ecdsa": serve("own")}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client):
        with client:
            client.settimeout(10)
            try:
                hello = client.recv(65536)
                with socket.create_connection(("127.0.0.1", self._behind[kind_wanted(hello)])) as server:
                    server.sendall(hello)
                    back = threading.Thread(target=pass_on, args=(server, client), daemon=True)
                    back.start()
                    pass_on(client, server)
                    back.join()
            except (OSError, IndexError, struct.error):
                return


def pass_on(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass  # Either end may hang up at any moment; the other is then told.
    finally:
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def kind_wanted(record):
    """RFC 8446 section 4.1.2, behind the record's and the message's heads."""
    at = 5 + 4 + 2 + 32
    at += 1 + record[at]
    length = struct.unpack_from(">H", record, at)[0]
    suites = struct.unpack_from(f">{length // 2}H", record, at + 2)
    at += 2 + length
    at += 1 + record[at]
    end = at + 2 + struct.unpack_from(">H", record, at)[0] if at + 2 <= len(record) else 0
    at += 2
    schemes = ()
    while at + 4 <= end:
        kind, size = struct.unpack_from(">HH", record, at)
        if kind == 13:
            schemes = struct.unpack_from(f">{(size - 2) // 2}H", record, at + 6)
        at += 4 + size
    ecdsa = any(scheme & 0xff == 3 for scheme in schemes)
    rsa = any(scheme & 0xff == 1 or 0x0804 <= scheme <= 0x0806 for scheme in schemes)
    if schemes and ecdsa != rsa:
        return "ecdsa" if ecdsa else "rsa"
    return next(("ecdsa" if suite in ECDSA_SUITES else "rsa" for suite in suites if suite in ECDSA_SUITES | RSA_SUITES), "rsa")


class Fingerprint(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.database = self.folder / "x.db"

    def site(self, chooses, settings=""):
        path = self.folder / "site.yaml"
        path.write_text(f"""site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 15SU4a
    {settings}
    nodes: [{{name: hq-pub, address: 127.0.0.1, interfaces: [{{port: {ports[chooses]}, protocol: sip-tls}}]}}]
  - name: expc
    product: expressway-c
    release: X15.5
    settings: {{tls_verify: true, tls_min: TLSv1.2, tls_max: TLSv1.3, prefer: ecdsa}}  # Its suites name ECDSA first, its schemes RSA.
    trust: [{pki.path("ca.pem")}]
    certificates: [{pki.path("client.pem")}]
    interfaces: []
    nodes: [{{name: expc, address: 127.0.0.2}}]
hops:
  - {{from: expc, to: 'hq-cucm:{ports[chooses]}'}}
""")
        return path

    def planned(self, chooses, settings="", scan=True):
        site = self.site(chooses, settings)
        if scan:
            self.run_well("scan", "--depth", "full", "--rate", 1000, "--per-host", 4, "--timeout", 3)
        self.run_well("plan")
        cells = rows(self.database, "SELECT * FROM v_forecast WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'plan') AND wave = 0 AND transient = 0")
        self.assertEqual(1, len(cells), site)
        return cells[0]

    def run_well(self, command, *words):
        done = ucready(command, "--site", self.folder / "site.yaml", "--db", self.database, *words, timeout=100)
        self.assertEqual(DONE, done.returncode, done.stderr)

    def findings(self):
        return [(row["severity"], row["confidence"], row["evidence"]) for row in rows(
            self.database, "SELECT * FROM v_finding WHERE rule = 'certificate-preference-mismatch' AND run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'scan')")]

    def test_a_scan_concludes_by_what_the_listener_chooses(self):
        for chooses in (BY_SUITES, BY_SCHEMES):
            with self.subTest(chooses):
                self.planned(chooses)
                facts = rows(self.database, "SELECT * FROM v_setting WHERE name = 'certificate_preference' AND run_id = "
                                            "(SELECT max(run_id) FROM v_run WHERE kind = 'scan')")
                self.assertEqual([("hq-cucm", "hq-pub", ports[chooses], chooses, "assumed", "fingerprint")],
                                 [(row["cluster"], row["node"], row["port"], row["value"], row["confidence"], row["source"]) for row in facts])

    def test_the_plan_takes_it_for_likely_and_never_for_proven(self):
        for chooses, expected in ((BY_SUITES, ("breaks", "untrusted_server_certificate", "TLSv1.3", "ecdsa", "assumed", None)),
                                  (BY_SCHEMES, ("works", None, "TLSv1.3", "rsa", "assumed", "derived"))):
            with self.subTest(chooses):
                cell = self.planned(chooses)
                self.assertEqual(expected, tuple(cell[name] for name in ("outcome", "reason", "version", "certificate_key_type", "confidence", "grade")),
                                 cell["explanation"])
                self.assertIn("certificate_preference", cell["explanation"])
                self.assertEqual([], self.findings())

    def test_what_is_declared_counts_before_it_and_the_contradiction_is_told(self):
        for chooses, declared, outcome in ((BY_SUITES, BY_SCHEMES, "works"), (BY_SCHEMES, BY_SUITES, "breaks")):
            with self.subTest(chooses):
                cell = self.planned(chooses, f"settings: {{certificate_preference: {declared}}}")
                self.assertEqual((outcome, "declared"), (cell["outcome"], cell["confidence"]), cell["explanation"])
                (severity, confidence, evidence), = self.findings()
                self.assertEqual(("medium", "assumed"), (severity, confidence))
                self.assertRegex(evidence, f"chooses as with {chooses}.*; declared is {declared} \\(.*site.yaml")

    def test_what_is_declared_and_so_is_no_finding(self):
        cell = self.planned(BY_SCHEMES, f"settings: {{certificate_preference: {BY_SCHEMES}}}")
        self.assertEqual(("works", "rsa"), (cell["outcome"], cell["certificate_key_type"]), cell["explanation"])
        self.assertEqual([], self.findings())


if __name__ == "__main__":
    unittest.main()
