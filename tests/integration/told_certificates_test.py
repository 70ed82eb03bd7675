"""Certificates that exports or a site file tell of: judged without a scan, and once alone when a scan saw them."""

import csv
import hashlib
import io
import json
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from processes import Processes, free_port
from program import DONE, rows, ucready

folder = None
processes = None
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n"
LEAF = "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:{0}.example.com\n"
# Each leaf: who signs it, with what, and for how many days from when.
LEAVES = {"sha1-leaf": ("issuing", "-sha1", 300), "under-sha1": ("sha1-issuing", "-sha256", 300), "expired": ("issuing", "-sha256", 1),
          "healthy": ("issuing", "-sha256", 300)}


def setUpModule():
    global folder, processes
    kept = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(kept.cleanup)
    folder = Path(kept.name)
    processes = Processes()
    unittest.addModuleCleanup(processes.stop)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha1", "-days", "3000", "-subj", "/O=Nordwind/CN=Old Root", "-keyout", "root.key",
            "-out", "root.pem", "-addext", "keyUsage=critical,keyCertSign")
    signed("issuing", "root", "-sha256", 2000, AUTHORITY)
    signed("sha1-issuing", "root", "-sha1", 2000, AUTHORITY)
    for name, (issuer, digest, days) in LEAVES.items():
        signed(name, issuer, digest, days, LEAF.format(name), past=name == "expired")


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"openssl {' '.join(map(str, words))}: {done.stderr}")


def signed(name, issuer, digest, days, extensions, past=False):
    (folder / f"{name}.ext").write_text(extensions)
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/O=Nordwind/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    if not past:
        openssl("x509", "-req", digest, "-days", days, "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial",
                "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        return
    # x509 cannot sign into the past; ca can.
    (folder / "index.txt").write_text("")
    (folder / "ca.cnf").write_text("[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\npolicy=p\ndefault_md=sha256\n"
                                   "[p]\norganizationName=optional\ncommonName=supplied\n")
    openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-startdate", "20250101000000Z", "-enddate", "20260101000000Z", "-in", f"{name}.csr",
            "-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


def pem(name):
    return (folder / f"{name}.pem").read_text()


def sha256(name):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem(name))).hexdigest()[:16]


def snapshot(node, identities):
    return json.dumps({"server": node, "trackingId": "1", "revokedCertificates": [],
                       "identities": [{"service": service, "certificate": pem(name), "csr": None} for service, name in identities.items()],
                       "trusts": [{"service": store, "certificate_data": [{"filename": f"{name}.pem", "certificate": pem(name)}
                                                                          for name in ("root", "issuing", "sha1-issuing")]}
                                  for store in ("tomcat-trust", "CallManager-trust")]}, indent=1)


class Told(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.here = Path(tempfile.mkdtemp(dir=folder))
        self.database = self.here / "x.db"
        (self.here / "exports").mkdir()

    def run_well(self, *words):
        done = ucready(*words, "--db", self.database)
        self.assertEqual(DONE, done.returncode, done.stderr)
        return done

    def export(self, node, **identities):
        (self.here / f"exports/{node}.json").write_text(snapshot(node, identities))

    def site(self, port, of_interface=""):
        path = self.here / "site.yaml"
        path.write_text("site: hq\nclusters:\n  - name: hq\n    product: cucm\n    release: 14SU3\n"
                        f"    nodes: [{{name: hq-pub, address: 127.0.0.1, interfaces: [{{port: {port}, protocol: https{of_interface}}}]}}]\n"
                        "  - {name: pbx, product: other, interfaces: [], nodes: [{name: pbx, address: 127.0.0.2}]}\n"
                        f"hops:\n  - {{from: pbx, to: 'hq:{port}'}}\n")
        return path

    def serve(self, name):
        port = free_port()
        (self.here / "chain.pem").write_text(pem(name))
        processes.start(f"{self.here.name}-{name}", ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", self.here / "chain.pem", "-key",
                                                     folder / f"{name}.key", "-www", "-quiet"], port)
        return port

    def reported(self, *rules):
        """As the report counts them: rule, certificate, severity, confidence."""
        words = [word for rule in rules for word in ("--rule", rule)]
        text = self.run_well("report", "--format", "csv", *words).stdout
        names = {sha256(name): name for name in [*LEAVES, "root", "issuing", "sha1-issuing"]}
        return sorted((row["rule"], next(name for digest, name in names.items() if digest in row["evidence"]), row["severity"], row["confidence"])
                      for row in csv.DictReader(io.StringIO(text)))

    def test_an_import_alone_tells_what_is_wrong_with_the_certificates_it_shows(self):
        self.export("hq-pub", tomcat="sha1-leaf", CallManager="under-sha1")
        self.export("hq-sub", tomcat="expired", CallManager="healthy")
        done = self.run_well("import", self.here / "exports")
        self.assertIn("findings: ", done.stdout)

        self.assertEqual([("certificate-expired", "expired", "critical", "imported"),
                          ("sha1-certificate", "root", "info", "imported"),
                          ("sha1-certificate", "root", "info", "imported"),
                          ("sha1-certificate", "sha1-issuing", "medium", "imported"),
                          ("sha1-certificate", "sha1-leaf", "medium", "imported")],
                         self.reported("certificate-expired", "sha1-certificate"))
        evidence = rows(self.database, "SELECT port, protocol, evidence FROM v_finding WHERE title = 'Leaf certificate signed with SHA-1'")
        self.assertEqual([(443, "https")], [(row["port"], row["protocol"]) for row in evidence])
        self.assertRegex(evidence[0]["evidence"], r"no scan saw it, imported from hq-pub\.json:\d+ \(443 https; .*8443 https.*client service ")

    def test_of_healthy_certificates_there_is_nothing_but_the_old_root_to_tell(self):
        self.export("hq-pub", tomcat="healthy", CallManager="healthy")
        self.run_well("import", self.here / "exports")
        told = [row["rule"] for row in rows(self.database, "SELECT rule FROM v_finding WHERE rule LIKE '%certificate%' OR rule LIKE '%eku%' OR rule = 'weak-key'")]
        self.assertEqual(["sha1-certificate"], told)
        self.assertEqual([("sha1-certificate", "root", "info", "imported")], self.reported("sha1-certificate"))

    def test_a_scan_that_sees_the_same_certificate_finds_it_once(self):
        self.export("hq-pub", tomcat="sha1-leaf", CallManager="healthy")
        self.run_well("import", self.here / "exports")
        self.run_well("scan", "--site", self.site(self.serve("sha1-leaf")))
        self.assertEqual([("sha1-certificate", "root", "info", "imported"), ("sha1-certificate", "sha1-leaf", "medium", "observed")],
                         self.reported("sha1-certificate"))
        # Nor do a plan and a second import find it a second time.
        self.run_well("plan")
        self.run_well("import", self.here / "exports")
        self.assertEqual([("sha1-certificate", "root", "info", "imported"), ("sha1-certificate", "sha1-leaf", "medium", "observed")],
                         self.reported("sha1-certificate"))

    def test_a_certificate_that_was_replaced_since_the_export_is_not_found_any_more(self):
        site = self.site(self.serve("healthy"), f", certificates: [{folder}/sha1-leaf.pem]")
        self.run_well("plan", "--site", site)
        self.assertEqual([("sha1-certificate", "sha1-leaf", "medium", "declared")], self.reported("sha1-certificate"))
        self.run_well("scan", "--site", site)
        self.assertEqual([], self.reported("sha1-certificate"))
        self.run_well("plan", "--site", site)
        self.assertEqual([], self.reported("sha1-certificate"))

    def test_the_evidence_of_such_a_finding_holds_the_certificate_itself(self):
        self.export("hq-pub", tomcat="sha1-leaf", CallManager="healthy")
        self.run_well("import", self.here / "exports")
        finding, = rows(self.database, "SELECT finding_id FROM v_finding WHERE title = 'Leaf certificate signed with SHA-1'")
        self.run_well("report", "--evidence", finding["finding_id"], "-o", self.here / "case")
        self.assertIn(pem("sha1-leaf").strip(), (self.here / "case/told-certificates.pem").read_text())
        told = json.loads((self.here / "case/told-certificates.json").read_text())
        self.assertIn("imported from hq-pub.json", next(row["witness"] for row in told if row["sha256"].startswith(sha256("sha1-leaf"))))

    def test_no_folder_of_the_customers_leaves_a_redacted_report(self):
        self.export("hq-pub", tomcat="sha1-leaf", CallManager="healthy")
        self.run_well("import", self.here / "exports")
        text = self.run_well("report", "--format", "csv", "--rule", "sha1-certificate", "--redact").stdout
        self.assertIn("Leaf certificate signed with SHA-1", text)
        for name in ("hq-pub", "Nordwind", self.here.name, "exports"):
            self.assertNotIn(name, text)


if __name__ == "__main__":
    unittest.main()
