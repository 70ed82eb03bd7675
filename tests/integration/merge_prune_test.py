"""Databases of sites brought into one and old runs forgotten, as a user does both."""

import sqlite3
import tempfile
import unittest
from pathlib import Path

from program import DONE, PARTLY, USAGE, rows, ucready

SITE = """
site: {site}
clusters:
  - {{name: {site}-uccx, product: uccx, release: 12.5SU3}}
  - {{name: {site}-cucm, product: cucm, release: 14SU3, target: 15SU4a}}
hops:
  - {{from: {site}-cucm, as: sip-trunk, to: {site}-uccx:5061}}
"""


class MergeAndPrune(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for site in ("hamburg", "munich"):
            (self.folder / f"{site}.yaml").write_text(SITE.format(site=site))
            self.plan(site)

    def plan(self, site):
        done = ucready("plan", "--site", self.folder / f"{site}.yaml", "--db", self.folder / f"{site}.db")
        self.assertEqual(DONE, done.returncode, done.stderr)

    def merge(self, *sites):
        return ucready("merge", "--db", self.folder / "all.db", *(self.folder / f"{site}.db" for site in sites))

    def central(self, query):
        return rows(self.folder / "all.db", query)

    def test_two_sites_are_told_in_one_report(self):
        done = self.merge("hamburg", "munich")
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual([f"{self.folder}/{site}.db: 1 run added, 0 known" for site in ("hamburg", "munich")], done.stdout.splitlines())
        self.assertEqual(0o600, (self.folder / "all.db").stat().st_mode & 0o777)
        text = ucready("report", "--db", self.folder / "all.db").stdout
        self.assertIn("hamburg: ", text)
        self.assertIn("munich: ", text)
        again = self.merge("munich", "hamburg", "munich")
        self.assertEqual(["0 runs added, 1 known"] * 3, [line.split(": ")[1] for line in again.stdout.splitlines()])

    def test_a_conflict_is_said_and_what_was_there_stays(self):
        self.merge("hamburg")
        with sqlite3.connect(self.folder / "hamburg.db") as other:
            other.execute("DELETE FROM finding")
        kept = self.central("SELECT count(*) AS n FROM v_finding")
        done = self.merge("hamburg")
        self.assertEqual(PARTLY, done.returncode)
        self.assertIn("is not the same in both", done.stderr)
        self.assertEqual(kept, self.central("SELECT count(*) AS n FROM v_finding"))

    def test_nothing_is_written_where_one_of_them_cannot_be_read(self):
        (self.folder / "munich.db").write_bytes(b"no database")
        done = self.merge("hamburg", "munich")
        self.assertEqual(USAGE, done.returncode)
        self.assertIn("munich.db", done.stderr)
        self.assertFalse((self.folder / "all.db").exists())
        self.assertIn("name the databases", self.merge().stderr)

    def test_prune_keeps_the_newest_and_since_when_a_finding_is_there(self):
        database = self.folder / "hamburg.db"
        first = rows(database, "SELECT min(started_at) AS at FROM v_run")[0]["at"]
        with sqlite3.connect(database) as older:
            older.execute("UPDATE run SET started_at = '2020-01-01T00:00:00Z'")
        self.plan("hamburg")
        self.plan("hamburg")
        done = ucready("prune", "--keep", 2, "--db", database)
        self.assertEqual((DONE, "1 run removed, 2 kept\n"), (done.returncode, done.stdout), done.stderr)
        self.assertEqual({"2020-01-01T00:00:00Z"}, {row["first_seen"] for row in rows(database, "SELECT first_seen FROM finding_history")}, first)
        self.assertEqual("0 runs removed, 2 kept\n", ucready("prune", "--keep", 2, "--db", database).stdout)

    def test_prune_says_what_is_wrong(self):
        for words, said in [(["--keep", "0"], "at least 1"), ([], "say with --keep"), (["--keep", "x"], "--keep")]:
            done = ucready("prune", "--db", self.folder / "hamburg.db", *words)
            self.assertEqual(USAGE, done.returncode, words)
            self.assertIn(said, done.stderr)
        self.assertEqual(USAGE, ucready("prune", "--keep", 3, "--db", self.folder / "none.db").returncode)
        self.assertFalse((self.folder / "none.db").exists())


if __name__ == "__main__":
    unittest.main()
