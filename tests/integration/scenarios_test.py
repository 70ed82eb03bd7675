"""Named scenarios: a site file in, and what plan must say of its hops. The expectations stand in the site files.

    #= plan --set hq-cucm.tls_min=TLSv1.3         a run of plan; what follows is expected of it
    #> 2 hq-expc/c1 -> hq-cucm:5061 breaks no_common_version
    #> 0 hq-expc -> hq-cucm/pub:5061 works version=TLSv1.2 certificate_key_type=rsa grade=derived

Wave, client, server, outcome, reason and any column of v_forecast. An end without a node means every node of it.

    #! 2 set the device security mode of hh-9871 saves=1 breaks=0 impact=100 chosen=1
    #! 2 mends in all

    #v v_minimum cluster=hh-cucm wave=0 version=TLSv1.1 breaks=2
    #v! v_rollback wave=1

    #t 2 hops without TLS, unaffected

Words of the plan as text.

A row of another view of the plan with these values (none with a !). The wave before which a mend is to be done, words that stand in what it is, and any column of v_mend; and how many there
are.
"""

import collections
import json
import re
import shlex
import sqlite3
import tempfile
import unittest
from pathlib import Path

from program import ROOT, ucready
from scenario_pki import ScenarioTest

SCENARIOS = ROOT / "tests/scenarios"
EXPECTATION = re.compile(r"#> (?P<wave>\d+)(?P<transient> transient)? (?P<client>\S+) -> (?P<server>\S+?):(?P<port>\d+) (?P<outcome>works|breaks|unknown)"
                         r"(?: (?P<reason>[a-z0-9_]+))?(?P<columns>(?: [a-z0-9_]+=\S+)*)$")
MEND = re.compile(r"#! (?P<wave>\d+) (?P<what>.+?)(?P<columns>(?: [a-z_]+=\S+)+)$")
NUMBER_OF_MENDS = re.compile(r"#! (?P<number>\d+) mends in all$")
ROW = re.compile(r"#v(?P<none>!?) (?P<view>v_[a-z_]+)(?P<columns>.*)$")
Run = collections.namedtuple("Run", "words expected mends rows texts")


def runs_of(scenario):
    runs = []
    for line in scenario.read_text().splitlines():
        if line.startswith("#="):
            words = shlex.split(line[2:])
            if words[0] != "plan":
                raise ValueError(f"{scenario.name}: {line}")
            runs.append(Run(words[1:], [], [], [], []))
        elif line.startswith("#>"):
            match = EXPECTATION.match(line)
            if not match or not runs:
                raise ValueError(f"{scenario.name}: {line}")
            runs[-1].expected.append(match)
        elif line.startswith("#v"):
            match = ROW.match(line)
            if not match or not runs:
                raise ValueError(f"{scenario.name}: {line}")
            runs[-1].rows.append(match)
        elif line.startswith("#t "):
            runs[-1].texts.append(line[3:])
        elif line.startswith("#!"):
            match = NUMBER_OF_MENDS.match(line) or MEND.match(line)
            if not match or not runs:
                raise ValueError(f"{scenario.name}: {line}")
            runs[-1].mends.append(match)
    if not runs or not all(run.expected for run in runs):
        raise ValueError(f"{scenario.name} expects nothing")
    return runs


def is_end(row, side, text):
    cluster, _, node = text.partition("/")
    return row[side] == cluster and (not node or row[f"{side}_node"] == node)


class Scenarios(ScenarioTest):
    def forecast(self, scenario, words, wanted=()):
        site = self.write(scenario.name, scenario.read_text())
        with tempfile.TemporaryDirectory() as folder:
            done = ucready("plan", "--site", site, "--db", Path(folder) / "x.db", "--format", "json", *words)
            self.assertEqual(0, done.returncode, done.stderr)
            database = sqlite3.connect(Path(folder) / "x.db")
            database.row_factory = sqlite3.Row
            mends = database.execute("SELECT * FROM v_mend").fetchall()
            others = {row["view"]: database.execute(f"SELECT * FROM {row['view']}").fetchall() for row in wanted}
            database.close()
        told = json.loads(done.stdout)
        rows = told if isinstance(told, list) else next(rows for rows in told.values() if isinstance(rows, list) and rows)
        return rows, mends, others

    def check_texts(self, scenario, run):
        done = ucready("plan", "--site", self.folder / scenario.name, "--db", self.folder / "text.db", *run.words)
        self.assertEqual(0, done.returncode, done.stderr)
        told = " ".join(done.stdout.split())
        for text in run.texts:
            self.assertIn(text, told)

    def check(self, rows, expected):
        columns = {"outcome": expected["outcome"], "reason": expected["reason"] or ""}
        columns.update(column.split("=", 1) for column in expected["columns"].split())
        about = [row for row in rows if row["wave"] == int(expected["wave"]) and bool(row["transient"]) == bool(expected["transient"])
                 and row["port"] == int(expected["port"]) and is_end(row, "client", expected["client"])
                 and is_end(row, "server", expected["server"])]
        self.assertTrue(about, f"no such row: {expected[0]}")
        for row in about:
            seen = {column: row[column] or "" for column in columns}
            self.assertEqual(columns, seen, f"{expected[0]}\n{row['client_node']}: {row['explanation']}")


    def check_row(self, rows, expected):
        columns = dict(word.split("=", 1) for word in shlex.split(expected["columns"]))
        seen = [{column: "" if row[column] is None else str(row[column]) for column in columns} for row in rows]
        if expected["none"]:
            self.assertNotIn(columns, seen, expected[0])
        else:
            self.assertIn(columns, seen, f"{expected[0]}\n" + "\n".join(str(tuple(row)) for row in rows))

    def check_mend(self, mends, expected):
        told = "\n".join(f"{mend['before_wave']} {mend['what']}" for mend in mends)
        if "number" in expected.groupdict():
            self.assertEqual(int(expected["number"]), len(mends), told)
            return
        about = [mend for mend in mends if expected["what"] in mend["what"] and mend["before_wave"] == int(expected["wave"])]
        self.assertEqual(1, len(about), f"{expected[0]}\n{told}")
        columns = dict(column.split("=", 1) for column in expected["columns"].split())
        self.assertEqual(columns, {column: str(about[0][column]) for column in columns}, expected[0])


def test_of(scenario):
    def test(self):
        for run in runs_of(scenario):
            rows, mends, others = self.forecast(scenario, run.words, run.rows)
            if run.texts:
                self.check_texts(scenario, run)
            for expected in run.rows:
                with self.subTest(plan=" ".join(run.words), row=expected[0]):
                    self.check_row(others[expected["view"]], expected)
            for expected in run.mends:
                with self.subTest(plan=" ".join(run.words), mend=expected[0]):
                    self.check_mend(mends, expected)
            for expected in run.expected:
                with self.subTest(plan=" ".join(run.words), expected=expected[0]):
                    self.check(rows, expected)
    return test


for file in sorted(SCENARIOS.glob("*.yaml")):
    setattr(Scenarios, "test_" + file.stem.replace("-", "_"), test_of(file))

if __name__ == "__main__":
    unittest.main()
