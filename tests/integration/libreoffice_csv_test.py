"""What a person opens by double click: the CSV of findings has its 18 columns in LibreOffice, and nothing in it is calculated."""

import csv
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from processes import Processes, free_port
from program import DONE, ucready

COLUMNS = ("finding_id,rule,severity,site,cluster,node,address,port,protocol,hop_client,hop_server,wave,title,evidence,remedy,"
           "confidence,first_seen,last_seen").split(",")
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|'/c calc'!A1", '=HYPERLINK("http://evil.test","x")']
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

# Findings whose every word is a formula, whatever a server would have to do to get one there.
RULE = """-- id: hostile-{n}
-- severity: low
-- title: {formula}
-- remedy: {formula}
SELECT address, port, protocol, '{quoted}' AS evidence FROM v_interface WHERE run_id = :run_id
"""


class LibreOfficeCsv(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.database = cls.folder / "x.db"
        rules = cls.folder / "rules"
        rules.mkdir()
        for n, formula in enumerate(FORMULAS):
            text = RULE.format(n=n, formula=formula, quoted=formula.replace("'", "''"))
            (rules / f"hostile-{n}.sql").write_text(text)
        port = cls.serve("/CN=a,\"b\";<script>/O==1-1")
        done = ucready("scan", f"tls://127.0.0.1:{port}", "--db", cls.database, "--rules", rules)
        assert done.returncode == DONE, done.stderr

    @classmethod
    def serve(cls, subject):
        key, leaf = cls.folder / "leaf.key", cls.folder / "leaf.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", leaf, "-days", "1",
                        "-subj", subject], check=True, capture_output=True)
        port = free_port()
        cls.processes.start("s_server", ["openssl", "s_server", "-accept", port, "-cert", leaf, "-key", key, "-www"], port)
        return port

    def report(self, *words):
        path = self.folder / "report.csv"
        done = ucready("report", "--db", self.database, "--format", "csv", "-o", path, *words)
        self.assertEqual(DONE, done.returncode, done.stderr)
        return path

    def opened(self, path, kind):
        """The file as LibreOffice saves it again after opening it."""
        out = self.folder / "opened"
        done = subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{self.folder}/profile",
                               # Comma, double quote, UTF-8, from line 1; numbers are recognised and formulas evaluated.
                               "--infilter=CSV:44,34,76,1,,0,false,true,true,false,false,0,true", "--convert-to", kind, "--outdir", out, path],
                              capture_output=True, text=True, timeout=240)
        self.assertEqual(0, done.returncode, done.stderr)
        return out / path.with_suffix("." + kind).name

    def test_a_reader_of_rfc_4180_finds_18_columns(self):
        with self.report().open(newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file, strict=True))
        self.assertEqual(COLUMNS, lines[0])
        self.assertGreater(len(lines), len(FORMULAS))
        for line in lines:
            self.assertEqual(18, len(line), line)

    def test_libreoffice_finds_the_same_cells(self):
        path = self.report()
        with path.open(newline="", encoding="utf-8") as file:
            written = list(csv.reader(file))
        with self.opened(path, "csv").open(newline="", encoding="utf-8") as file:
            seen = list(csv.reader(file))
        self.assertEqual(COLUMNS, seen[0])
        self.assertEqual(len(written), len(seen))
        evidence = COLUMNS.index("evidence")
        self.assertEqual([line[evidence] for line in written], [line[evidence] for line in seen])

    def test_nothing_is_calculated(self):
        for words in ([], ["--table", "interface_certificate"], ["--table", "setting"]):
            opened = xml.parse(self.opened(self.report(*words), "fods"))
            cells = list(opened.iter(f"{TABLE}table-cell"))
            self.assertTrue(cells)
            self.assertEqual([], [cell.attrib for cell in cells if f"{TABLE}formula" in cell.attrib])

    def test_formulas_are_there_as_text(self):
        with self.report("--severity", "low").open(newline="", encoding="utf-8") as file:
            evidence = [line["evidence"] for line in csv.DictReader(file) if line["rule"].startswith("hostile-")]
        self.assertEqual(["'" + formula for formula in FORMULAS], evidence)


if __name__ == "__main__":
    unittest.main()
