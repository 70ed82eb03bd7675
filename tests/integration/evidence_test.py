"""No evidence, no "works": each named scenario with one statement after another taken out of its site file.

A hop that worked may become unknown, break, or work with a lower grade and confidence. None may work better for knowing less, and
what was unknown before may not work then.
"""

import concurrent.futures
import json
import re
import unittest

from program import ROOT, ucready
from scenario_pki import ScenarioTest

GRADES = ["derived", "robust", "proven"]
CONFIDENCES = ["unknown", "assumed", "declared", "imported", "observed"]
# What a site file states of one cluster on a line of its own.
STATEMENT = re.compile(r"^    (release|model|settings|services|certificates|trust): ")


def key_of(row):
    return tuple(row[column] for column in ("wave", "client", "client_node", "server", "server_node", "port", "transient",
                                            "client_release", "server_release"))


class Evidence(ScenarioTest):
    def forecast(self, name, text):
        site = self.write(f"{name}.yaml", text)
        done = ucready("plan", "--site", site, "--db", self.folder / f"{name}.db", "--format", "json")
        if done.returncode == 2:
            return None  # A setting that needs what was taken out.
        told = json.loads(done.stdout)
        rows = told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list))
        return {key_of(row): row for row in rows}

    def less(self, scenario):
        """The forecast of the whole file, and of the file without each of its statements."""
        lines = scenario.read_text().splitlines(keepends=True)
        whole = self.forecast(scenario.stem, "".join(lines))
        for at, line in enumerate(lines):
            if STATEMENT.match(line):
                yield line.strip(), whole, self.forecast(f"{scenario.stem}-{at}", "".join(lines[:at] + lines[at + 1:]))

    def faults_of(self, scenario):
        faults, weakened = [], 0
        for line, whole, less in self.less(scenario):
            for key, after in (less or {}).items():
                before = whole.get(key)
                if before is None:
                    continue
                worked, works = before["outcome"] == "works", after["outcome"] == "works"
                if worked and works:
                    better = (GRADES.index(after["grade"]) > GRADES.index(before["grade"])
                              or CONFIDENCES.index(after["confidence"]) > CONFIDENCES.index(before["confidence"]))
                else:
                    better = works and before["outcome"] == "unknown"
                if better:
                    faults.append(f"{scenario.name} without '{line}': {key}: {before['outcome']} {before['grade']} {before['confidence']} -> "
                                  f"{after['outcome']} {after['grade']} {after['confidence']}")
                weakened += worked and (after["outcome"], after["grade"], after["confidence"]) != ("works", before["grade"], before["confidence"])
        return faults, weakened

    def test_no_hop_works_better_for_knowing_less(self):
        scenarios = sorted((ROOT / "tests/scenarios").glob("*.yaml"))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(self.faults_of, scenarios))
        self.assertEqual([], [fault for faults, _ in results for fault in faults])
        self.assertGreater(sum(weakened for _, weakened in results), 100, "taking evidence out changed next to nothing")


if __name__ == "__main__":
    unittest.main()
