"""Named scenarios: a site file in, and what plan must say of its hops. The expectations stand in the site files.

    #= plan --set hq-cucm.tls_min=TLSv1.3         a run of plan; what follows is expected of it
    #> 2 hq-expc/c1 -> hq-cucm:5061 breaks no_common_version
    #> 0 hq-expc -> hq-cucm/pub:5061 works version=TLSv1.2 certificate_key_type=rsa grade=derived

Wave, client, server, outcome, reason and any column of v_forecast. An end without a node means every node of it.
@DAY+30 in a site file is the day in thirty days.
"""

import collections
import datetime
import json
import re
import shlex
import tempfile
import unittest
from pathlib import Path

from program import ROOT, ucready
from scenario_pki import ScenarioPki

SCENARIOS = ROOT / "tests/scenarios"
EXPECTATION = re.compile(r"#> (?P<wave>\d+)(?P<transient> transient)? (?P<client>\S+) -> (?P<server>\S+?):(?P<port>\d+) (?P<outcome>works|breaks|unknown)"
                         r"(?: (?P<reason>[a-z0-9_]+))?(?P<columns>(?: [a-z0-9_]+=\S+)*)$")
Run = collections.namedtuple("Run", "words expected")


def runs_of(scenario):
    runs = []
    for line in scenario.read_text().splitlines():
        if line.startswith("#="):
            words = shlex.split(line[2:])
            if words[0] != "plan":
                raise ValueError(f"{scenario.name}: {line}")
            runs.append(Run(words[1:], []))
        elif line.startswith("#>"):
            match = EXPECTATION.match(line)
            if not match or not runs:
                raise ValueError(f"{scenario.name}: {line}")
            runs[-1].expected.append(match)
    if not runs or not all(run.expected for run in runs):
        raise ValueError(f"{scenario.name} expects nothing")
    return runs


def day_from_now(days):
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


def is_end(row, side, text):
    cluster, _, node = text.partition("/")
    return row[side] == cluster and (not node or row[f"{side}_node"] == node)


class Scenarios(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.kept.name)
        ScenarioPki(cls.folder / "pki")

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    def forecast(self, scenario, words):
        site = self.folder / scenario.name
        site.write_text(re.sub(r"@DAY\+(\d+)", lambda days: day_from_now(int(days[1])), scenario.read_text()))
        with tempfile.TemporaryDirectory() as folder:
            done = ucready("plan", "--site", site, "--db", Path(folder) / "x.db", "--format", "json", *words)
        self.assertEqual(0, done.returncode, done.stderr)
        told = json.loads(done.stdout)
        return told if isinstance(told, list) else next(rows for rows in told.values() if isinstance(rows, list) and rows)

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


def test_of(scenario):
    def test(self):
        for run in runs_of(scenario):
            rows = self.forecast(scenario, run.words)
            for expected in run.expected:
                with self.subTest(plan=" ".join(run.words), expected=expected[0]):
                    self.check(rows, expected)
    return test


for file in sorted(SCENARIOS.glob("*.yaml")):
    setattr(Scenarios, "test_" + file.stem.replace("-", "_"), test_of(file))

if __name__ == "__main__":
    unittest.main()
