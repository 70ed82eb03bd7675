"""A finding that somebody accepted: it stays in sight, fails nobody until its day is over, and then it is back."""

import csv
import io
import json
import sqlite3
import tempfile
import unittest
from pathlib import Path

from program import DONE, FINDINGS, USAGE, rows, ucready

# A release too old for its target is known from the site file alone: no network is needed.
SITE = """
site: hq
clusters:
  - {name: hq-uccx, product: uccx, release: 12.5SU3}
  - {name: hq-cucm, product: cucm, release: 14SU3, target: 15SU4a}
hops:
  - {from: hq-cucm, as: sip-trunk, to: hq-uccx:5061}
"""


class Waivers(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.database = self.folder / "x.db"
        self.site = self.folder / "site.yaml"
        self.site.write_text(SITE)
        self.plan()
        self.findings = rows(self.database, "SELECT DISTINCT finding_id, severity FROM v_finding")
        self.assertGreater(len(self.findings), 0)

    def plan(self, *words):
        return ucready("plan", "--site", self.site, "--db", self.database, *words)

    def waive(self, *words):
        return ucready("waive", *words, "--db", self.database)

    def waive_all(self):
        for finding in self.findings:
            done = self.waive(finding["finding_id"], "--reason", "accepted by J. Meier", "--until", "2099-12-31")
            self.assertEqual(DONE, done.returncode, done.stderr)

    def test_it_stays_in_every_report_and_fails_nobody(self):
        self.assertEqual(FINDINGS, ucready("report", "--db", self.database, "--fail-on", "info").returncode)
        self.waive_all()
        text = ucready("report", "--db", self.database, "--fail-on", "info")
        self.assertEqual(DONE, text.returncode)
        self.assertIn("(waived until 2099-12-31T23:59:59Z)", text.stdout)
        self.assertIn(f"; {len(self.findings)} of them waived.", " ".join(text.stdout.split()))
        self.assertEqual({"2099-12-31T23:59:59Z"}, {row["waived_until"] for row in rows(self.database, "SELECT waived_until FROM v_finding")})
        told = json.loads(ucready("report", "--db", self.database, "--format", "json").stdout)
        self.assertEqual({"2099-12-31T23:59:59Z"}, {row["waived_until"] for row in told["findings"]})
        table = list(csv.DictReader(io.StringIO(ucready("report", "--db", self.database, "--format", "csv").stdout)))
        self.assertEqual(len(self.findings), len(table), "the contract's CSV has them as before")

    def test_the_run_that_finds_it_again_does_not_fail_either(self):
        self.assertEqual(FINDINGS, self.plan("--fail-on", "low").returncode)
        self.waive_all()
        self.assertEqual(DONE, self.plan("--fail-on", "low").returncode)

    def test_it_is_back_when_its_day_is_over(self):
        self.waive_all()
        with sqlite3.connect(self.database) as later:
            later.execute("UPDATE waiver SET until = '2026-01-01T23:59:59Z'")
        self.assertEqual(FINDINGS, ucready("report", "--db", self.database, "--fail-on", "info").returncode)
        self.assertEqual(FINDINGS, self.plan("--fail-on", "low").returncode)
        self.assertNotIn("(waived", ucready("report", "--db", self.database).stdout)
        self.assertIn("accepted by J. Meier", ucready("report", "--db", self.database, "--table", "waiver").stdout)

    def test_it_can_be_taken_back(self):
        self.waive_all()
        for finding in self.findings:
            self.assertEqual(DONE, self.waive(finding["finding_id"], "--end").returncode)
        self.assertEqual(FINDINGS, ucready("report", "--db", self.database, "--fail-on", "info").returncode)
        again = self.waive(self.findings[0]["finding_id"], "--end")
        self.assertEqual(USAGE, again.returncode)
        self.assertIn("is not waived", again.stderr)

    def test_what_is_wrong_is_said(self):
        one = self.findings[0]["finding_id"]
        for words, said in [
                (["ffff0000ffff0000", "--reason", "x", "--until", "2099-01-01"], "no finding has the id"),
                ([one, "--until", "2099-01-01"], "needs --reason and --until"),
                ([one, "--reason", "x"], "needs --reason and --until"),
                ([one, "--reason", "", "--until", "2099-01-01"], "needs --reason and --until"),
                ([one, "--reason", "x", "--until", "2020-01-01"], "that day is over"),
                ([one, "--reason", "x", "--until", "tomorrow"], "give a day"),
                ([one, "--reason", "x" * 2000, "--until", "2099-01-01"], "longer than 1000 bytes"),
                ([one, one, "--reason", "x", "--until", "2099-01-01"], "name one finding"),
                (["--reason", "x", "--until", "2099-01-01"], "name one finding"),
                (["", "--reason", "x", "--until", "2099-01-01"], "no finding has the id")]:
            done = self.waive(*words)
            self.assertEqual(USAGE, done.returncode, words)
            self.assertIn(said, done.stderr)
        self.assertEqual([], rows(self.database, "SELECT * FROM v_waiver"))

    def test_no_database_is_made(self):
        done = ucready("waive", "abcd", "--reason", "x", "--until", "2099-01-01", "--db", self.folder / "none.db")
        self.assertEqual(USAGE, done.returncode)
        self.assertFalse((self.folder / "none.db").exists())


if __name__ == "__main__":
    unittest.main()
