"""The named scenarios performed: what plan says of them is what OpenSSL endpoints made like both ends do."""

import json
import tempfile
import unittest
from pathlib import Path

import scenarios_test
from program import DONE, ucready
from scenario_pki import ScenarioTest


# Why a state may go unrehearsed: nothing to perform, or a rule that OpenSSL does not have.
EXCUSES = {"the client has no TLS version left", "the server has no TLS version left",
           "gnutls's own rule decides: breaks (no_common_version), where OpenSSL 3 does not",
           "openssl-1.0's own rule decides: breaks (no_secure_renegotiation), where OpenSSL 3 does not"}


class RehearsedScenarios(ScenarioTest):
    def rehearse(self, site, words):
        with tempfile.TemporaryDirectory() as folder:
            done = ucready("rehearse", "--site", site, "--db", Path(folder) / "x.db", "--format", "json", *words)
        self.assertEqual(DONE, done.returncode, done.stderr + done.stdout[:2000])
        return json.loads(done.stdout)

    def test_every_state_of_every_scenario_agrees(self):
        for scenario in sorted(scenarios_test.SCENARIOS.glob("*.yaml")):
            site = self.write(scenario.name, scenario.read_text())
            for words in sorted({tuple(run.words) for run in scenarios_test.runs_of(scenario)}):
                with self.subTest(scenario=scenario.name, words=words):
                    states = self.rehearse(site, words)
                    self.assertIn("agree", {state["agreement"] for state in states})
                    # An end without a version cannot be made; all else is performed.
                    excuses = {state["notes"] for state in states if state["agreement"] != "agree"}
                    self.assertLessEqual(excuses, EXCUSES)


if __name__ == "__main__":
    unittest.main()
