"""ucready report --evidence: all that one finding rests on, as files that other tools read."""

import json
import sqlite3
import ssl
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

from made_captures import contexts, flights, write_connection
from processes import Processes, free_port
from program import DONE, USAGE, rows, ucready

SITE = """site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 14SU3
    interfaces: [{{port: {port}, protocol: https}}]
    nodes: [{{name: pub, address: 127.0.0.11}}]
  - name: hq-expc
    product: expressway-c
    release: X14.3.7
    interfaces: []
    trust: [other.pem]
    nodes: [{{name: c1, address: 127.0.0.21}}]
hops: [{{from: hq-expc, to: "hq-cucm:{port}"}}]
"""


class EvidencePack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        folder = cls.folder = cls.processes.folder
        for name in ("leaf", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                            "-subj", f"/CN={name}", "-days", "400"], cwd=folder, check=True, capture_output=True)
        port = free_port()
        cls.processes.start("server", ["openssl", "s_server", "-www", "-accept", f"127.0.0.11:{port}", "-cert", folder / "leaf.pem",
                                       "-key", folder / "leaf.key"], port, host="127.0.0.11")
        site = folder / "site.yaml"
        site.write_text(SITE.format(port=port))
        cls.database = folder / "x.db"
        server, client = contexts((folder / "leaf.pem", folder / "leaf.key"), ssl.TLSVersion.TLSv1_2, trusted=False)
        client.load_verify_locations(folder / "other.pem")
        write_connection(folder / "x.pcap", flights(server, client)[0], ("127.0.0.21", 40001), ("127.0.0.11", port))
        for words in (["scan", "--site", site], ["capture", "-r", folder / "x.pcap", "--site", site], ["plan", "--site", site]):
            done = ucready(*words, "--db", cls.database)
            if done.returncode != DONE:
                raise RuntimeError(done.stderr)

    def finding(self, rule):
        return rows(self.database, "SELECT finding_id FROM v_finding WHERE rule = ?", rule)[0]["finding_id"]

    def packed(self, rule, database=None):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        folder = Path(kept.name) / "case"
        done = ucready("report", "--db", database or self.database, "--evidence", self.finding(rule)[:12], "-o", folder)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual(sorted(path.name for path in folder.iterdir()), sorted(line.split()[0] for line in done.stdout.splitlines()))
        return folder

    def test_a_refused_handshake_is_packed_with_both_ends(self):
        folder = self.packed("unknown-ca-observed")
        self.assertEqual(0o700, stat.S_IMODE(folder.stat().st_mode))
        self.assertEqual({0o600}, {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()})
        self.assertEqual("unknown-ca-observed", json.loads((folder / "finding.json").read_text())[0]["rule"])
        pem = subprocess.run(["openssl", "x509", "-in", folder / "certificates.pem", "-outform", "DER"], capture_output=True, check=True)
        own = subprocess.run(["openssl", "x509", "-in", self.folder / "leaf.pem", "-outform", "DER"], capture_output=True, check=True)
        self.assertEqual(own.stdout, pem.stdout)
        self.assertEqual([1], [path.read_bytes()[0] for path in folder.glob("hello-*.bin")])
        self.assertEqual({22}, {path.read_bytes()[0] for path in folder.glob("answer-*.bin")} - {21})
        self.assertIn("CN=other", (folder / "trust.json").read_text())
        self.assertEqual({"breaks"}, {row["outcome"] for row in json.loads((folder / "forecast.json").read_text())})

    def test_the_handshakes_are_a_capture_that_tells_the_same_again(self):
        folder = self.packed("unknown-ca-observed")
        again = folder.parent / "again.db"
        self.assertEqual(DONE, ucready("capture", "-r", folder / "handshakes.pcap", "--db", again).returncode)
        wanted = "SELECT client_address, client_port, server_address, server_port, version, cipher, alert, alert_by, established, offer_id FROM v_session"
        self.assertEqual(rows(self.database, wanted), rows(again, wanted))

    def test_of_a_listener_alone_there_is_no_capture_to_pack(self):
        names = {path.name for path in self.packed("certificate-self-signed").iterdir()}
        self.assertLessEqual({"finding.json", "listener.json", "certificates.json", "certificates.pem", "CONTENTS.txt"}, names)
        self.assertNotIn("forecast.json", names)

    def test_no_name_out_of_the_database_leads_out_of_the_folder(self):
        hostile = self.folder / "hostile.db"
        source, target = sqlite3.connect(self.database), sqlite3.connect(hostile)
        source.backup(target)
        target.execute("UPDATE interface_version SET version = '../../' || version")
        target.execute("UPDATE interface_chain SET version = '../../' || version")
        target.commit()
        source.close(), target.close()
        folder = self.packed("certificate-self-signed", hostile)
        self.assertEqual(["case"], [path.name for path in folder.parent.iterdir()])

    def test_what_cannot_be_packed_is_said(self):
        finding = self.finding("certificate-self-signed")
        for words, said in (([finding], "-o FOLDER"), ([finding, "-o", self.folder], "there is something in it"),
                            (["nothing", "-o", self.folder / "case"], "no finding has the id nothing"),
                            ([finding, "-o", self.folder / "case", "--redact"], "leave out --redact"),
                            ([finding, "-o", self.folder / "site.yaml"], "cannot be made a folder")):
            with self.subTest(words=words):
                done = ucready("report", "--db", self.database, "--evidence", *words)
                self.assertEqual(USAGE, done.returncode)
                self.assertIn(said, done.stderr)
                self.assertEqual(1, len(done.stderr.splitlines()))


if __name__ == "__main__":
    unittest.main()
