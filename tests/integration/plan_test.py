"""ucready plan over a site file with certificates and stores: verdicts that an engineer can check by hand."""

import json
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from program import rows, ucready

SITE = """
site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 14SU3
    target: 15SU4a
    settings: {tls_min: TLSv1.0}
    certificates: [own/cm.pem, own/cmec.pem]
    trust: [trust/]
    nodes: [{name: pub, address: cm.example}]
  - name: muc-expc
    product: expressway-c
    release: X12.7.1
    via: [X14.3.7]
    target: X15.5
    certificates: [own/exp.pem]
    trust: [trust/]
    nodes: [{name: m1, address: 10.0.0.31}]
  - name: hh-expc
    product: expressway-c
    release: X14.3.7
    target: X15.5
    settings: {prefer: rsa}
    certificates: [own/exp.pem]
    nodes:
      - {name: c1, address: 10.0.0.21, trust: [{store: trusted-ca, files: [trust/]}]}
      - {name: c3, address: 10.0.0.23, trust: [{store: trusted-ca, files: [own/exp.pem]}]}
hops:
  - {from: muc-expc, to: hq-cucm:6972}
  - {from: muc-expc, to: hq-cucm:5061}
  - {from: hh-expc, to: hq-cucm:5061}
order: [[muc-expc], [muc-expc, hh-expc], [hq-cucm]]
"""


class Plan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.kept.name)
        for name in ("own", "trust"):
            (cls.folder / name).mkdir()
        cls.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "trust/ca.pem", "-subj", "/CN=CA2",
                    "-days", "3000")
        (cls.folder / "leaf.cnf").write_text("subjectAltName=DNS:cm.example\nextendedKeyUsage=serverAuth,clientAuth\n")
        for name in ("cm", "exp"):
            cls.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-subj", f"/CN={name}", "-out", "leaf.csr")
            cls.openssl("x509", "-req", "-in", "leaf.csr", "-CA", "trust/ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "800",
                        "-extfile", "leaf.cnf", "-out", f"own/{name}.pem")
        cls.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1", "-nodes", "-keyout", "leaf.key",
                    "-out", "own/cmec.pem", "-subj", "/CN=cm-EC", "-days", "800", "-addext", "subjectAltName=DNS:cm.example",
                    "-addext", "basicConstraints=CA:FALSE")
        (cls.folder / "site.yaml").write_text(SITE)

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    @classmethod
    def openssl(cls, *words):
        subprocess.run(["openssl", *words], cwd=cls.folder, check=True, capture_output=True)

    def forecast(self, *more):
        with tempfile.TemporaryDirectory() as folder:
            done = ucready("plan", "--site", self.folder / "site.yaml", "--db", Path(folder) / "x.db", "--format", "json", *more)
        self.assertEqual(0, done.returncode, done.stderr)
        told = json.loads(done.stdout)
        rows = told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list) and value)
        return {(row["client_node"], row["port"], row["wave"]): (row["outcome"], row["reason"]) for row in rows if not row["transient"]}

    def test_the_stop_breaks_both_ports_and_the_call_control_wave_heals_only_one(self):
        cells = self.forecast()
        self.assertEqual("works", cells["m1", 6972, 0][0])
        for port in (5061, 6972):
            self.assertEqual(("breaks", "untrusted_server_certificate"), cells["m1", port, 1])
        self.assertEqual("works", cells["m1", 6972, 3][0])
        self.assertEqual("breaks", cells["m1", 5061, 3][0])

    def test_one_of_two_peers_breaks(self):
        cells = self.forecast()
        self.assertEqual(("works", "breaks"), (cells["c1", 5061, 0][0], cells["c3", 5061, 0][0]))

    def test_a_raised_minimum_shuts_out_what_worked(self):
        self.assertEqual("works", self.forecast()["c1", 5061, 3][0])
        changed = self.forecast("--set", "hq-cucm.tls_min=TLSv1.3")
        self.assertEqual(("breaks", "no_common_version"), changed["c1", 5061, 0])

    def test_the_database_alone_gives_the_same_plan_time_and_again(self):
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "x.db"
            told = [ucready("plan", *site, "--db", database).stdout for site in (["--site", self.folder / "site.yaml"], [], [])]
        self.assertIn("breaks", told[0])
        self.assertEqual([told[0]] * 3, told)

    def test_an_order_of_its_own_takes_the_place_of_the_sites(self):
        """With call control first the stop at X14.3.7 finds 6972 healed already."""
        order = self.folder / "other.yaml"
        order.write_text("order: [[hq-cucm], [muc-expc], [muc-expc, hh-expc]]")
        theirs, ours = self.forecast(), self.forecast("--order", order)
        self.assertEqual("breaks", theirs["m1", 6972, 1][0])
        self.assertEqual(["works"] * 4, [ours["m1", 6972, wave][0] for wave in range(4)])
        self.assertEqual(["breaks", "breaks"], [ours["m1", 5061, wave][0] for wave in (2, 3)])

    def test_an_order_is_taken_with_the_database_alone_and_kept(self):
        order = self.folder / "other.yaml"
        order.write_text("- [hq-cucm, muc-expc]\n- {date: 2027-03-01, do: [hh-expc, muc-expc]}\n")
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "x.db"
            ucready("plan", "--site", self.folder / "site.yaml", "--db", database)
            done = ucready("plan", "--db", database, "--order", order)
            kept = rows(database, "SELECT wave, date, cluster FROM v_order WHERE run_id = (SELECT max(run_id) FROM v_run) ORDER BY 1, 3")
            after = ucready("plan", "--db", database).stdout
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("2  2027-03-01 hh-expc to upgrade to X15.5", done.stdout)
        self.assertEqual([(1, "hq-cucm"), (1, "muc-expc"), (2, "hh-expc"), (2, "muc-expc")], [(row["wave"], row["cluster"]) for row in kept])
        self.assertNotIn("2027-03-01", after)

    def test_a_wrong_order_is_refused_with_its_line(self):
        order = self.folder / "other.yaml"
        order.write_text("- [hq-cucn]\n")
        done = ucready("plan", "--site", self.folder / "site.yaml", "--db", self.folder / "y.db", "--order", order)
        self.assertEqual(2, done.returncode)
        self.assertIn("other.yaml:1:4", done.stderr)

    def test_the_drawing_is_xml_with_a_cell_for_every_hop_and_wave(self):
        with tempfile.TemporaryDirectory() as folder:
            done = ucready("plan", "--site", self.folder / "site.yaml", "--db", Path(folder) / "x.db", "--format", "svg")
        self.assertEqual(0, done.returncode, done.stderr)
        texts = [element.text for element in xml.etree.ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}text")]
        cells = [text for text in texts if text[0] in "WBU" and (len(text) == 1 or text[1] in " *") and "works" not in text]
        self.assertEqual(3 * 4, len(cells), texts)
        self.assertIn("B 1/2", cells, "one of the two peers of hh-expc")

    def test_an_unknown_setting_is_refused(self):
        done = ucready("plan", "--site", self.folder / "site.yaml", "--db", self.folder / "y.db", "--set", "hq-cucm.tls_mni=TLSv1.3")
        self.assertEqual(2, done.returncode)
        self.assertIn("no such setting", done.stderr)


if __name__ == "__main__":
    unittest.main()
