"""ucready rehearse over the site of plan_test: every state of its hops performed, and what is told of it."""

import csv
import hashlib
import io
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import plan_test
from program import DONE, PARTLY, USAGE, rows, ucready

# Mutual TLS, and a client whose authority was renewed under its old name: the server holds the old one.
RENEWED = """
site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 15SU4a
    certificates: [own/cm.pem]
    trust: [trust/]
    nodes: [{name: pub, address: cm.example}]
  - name: london
    product: cucm
    release: 15SU4a
    certificates: [own/renewed.pem]
    trust: [trust/]
    nodes: [{name: lon, address: 10.0.0.9}]
hops:
  - {from: london, to: hq-cucm:5061}
"""


class Rehearse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        plan_test.Plan.setUpClass()
        cls.folder = plan_test.Plan.folder
        cls.site = cls.folder / "site.yaml"
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.addClassCleanup(plan_test.Plan.tearDownClass)
        cls.database = Path(kept.name) / "x.db"
        cls.scratch = Path(kept.name)
        cls.done = ucready("rehearse", "--site", cls.site, "--db", cls.database, "--format", "json")
        cls.states = json.loads(cls.done.stdout)

    def rehearsed(self, *more):
        done = ucready("rehearse", *more, "--format", "json")
        return done.returncode, json.loads(done.stdout)

    def test_every_state_is_performed_and_agrees(self):
        self.assertEqual(DONE, self.done.returncode, self.done.stderr)
        self.assertGreater(len(self.states), 100)
        self.assertEqual({"agree"}, {state["agreement"] for state in self.states})
        for state in self.states:
            for column in ("outcome", "version", "cipher", "certificate_key_type"):
                self.assertEqual(state[column], state["observed_" + column], state)

    def test_what_breaks_breaks_in_openssl_s_own_words(self):
        untrusted = [state for state in self.states if state["reason"] == "untrusted_server_certificate"]
        self.assertTrue(untrusted)
        for state in untrusted:
            self.assertEqual(("breaks", "client", "unknown_ca"), (state["observed_outcome"], state["observed_refused_by"], state["observed_alert"]))
            self.assertIn("certificate verify failed", state["client_errors"])
            self.assertIn("alert unknown ca", state["server_errors"])
        self.assertIn("self-signed certificate (of the leaf)", {state["client_objection"] for state in untrusted})

    def test_what_works_works_with_both_kinds_of_certificates_and_both_versions(self):
        works = {(state["observed_version"], state["observed_certificate_key_type"])
                 for state in self.states if state["observed_outcome"] == "works"}
        self.assertLessEqual({("TLSv1.2", "rsa"), ("TLSv1.2", "ecdsa"), ("TLSv1.3", "rsa")}, works)

    def test_a_product_s_own_choice_of_certificate_is_not_said_to_be_rehearsed(self):
        for state in self.states:
            if "certificate_preference" in state["notes"]:
                self.assertEqual("acceptance only", state["scope"], state)
        # Whether HAProxy's own choice or the client's order decides there is followed both ways.
        self.assertEqual({"acceptance only", "selection and acceptance"},
                         {state["scope"] for state in self.states if state["port"] == 6972})

    def test_the_cells_are_those_of_the_plan(self):
        database = self.scratch / "plan.db"
        self.assertEqual(DONE, ucready("plan", "--site", self.site, "--db", database).returncode)
        cells = rows(database, "SELECT count(*) AS n FROM forecast_cell")[0]["n"]
        text = " ".join(ucready("rehearse", "--db", database).stdout.split())
        self.assertIn(f"{cells} cells of states, {len(self.states)} distinct states: {len(self.states)} agree, 0 disagree, 0 not rehearsed.", text)
        # Each cell is one of those of some state; a hop's share in a state is counted once.
        self.assertGreaterEqual(sum(state["cells"] for state in self.states), cells)

    def test_the_database_alone_gives_the_same_and_stays_as_it_was(self):
        digest = hashlib.sha256(self.database.read_bytes()).hexdigest()
        self.assertEqual((DONE, self.states), self.rehearsed("--db", self.database))
        self.assertEqual(digest, hashlib.sha256(self.database.read_bytes()).hexdigest())

    def test_a_what_if_is_performed_too(self):
        code, states = self.rehearsed("--db", self.database, "--set", "hq-cucm.tls_min=TLSv1.3")
        self.assertEqual(DONE, code)
        shut_out = [state for state in states if state["reason"] == "no_common_version"]
        self.assertTrue(shut_out)
        # The minimum is above what some servers speak: an end without a version cannot be made.
        self.assertEqual({("agree", "protocol_version", False), ("not rehearsed", "", True)},
                         {(state["agreement"], state["observed_alert"], "has no TLS version left" in state["notes"]) for state in shut_out})

    def test_csv_has_the_same_rows(self):
        done = ucready("rehearse", "--db", self.database, "--format", "csv")
        told = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([{name: str(value) for name, value in state.items()} for state in self.states], told)

    def test_a_line_for_every_state(self):
        lines = ucready("rehearse", "--db", self.database).stdout.splitlines()
        self.assertEqual(len(self.states), sum(line.startswith("  agree  ") for line in lines))

    def test_an_authority_renewed_under_its_old_name_is_found_out_by_both(self):
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "new.key", "-out", "new.pem", "-subj", "/CN=CA2", "-days", "3000")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-subj", "/CN=london", "-out", "leaf.csr")
        # With the authority's key in the certificate the old one would not even be taken for its issuer.
        (self.folder / "old.cnf").write_text((self.folder / "leaf.cnf").read_text() + "authorityKeyIdentifier=none\n")
        self.openssl("x509", "-req", "-in", "leaf.csr", "-CA", "new.pem", "-CAkey", "new.key", "-CAcreateserial", "-days", "800",
                     "-extfile", "old.cnf", "-out", "own/renewed.pem")
        (self.folder / "renewed.yaml").write_text(RENEWED)

        code, states = self.rehearsed("--site", self.folder / "renewed.yaml", "--db", self.scratch / "renewed.db")

        self.assertEqual(DONE, code)
        refused = {(state["reason"], state["observed_refused_by"], state["observed_alert"], state["server_objection"]) for state in states}
        self.assertEqual({("untrusted_client_certificate", "server", "decrypt_error", "certificate signature failure (of the leaf)")},
                         {state for state in refused if state[0]})
        self.assertIn("does not fit its issuer's key", next(state["explanation"] for state in states if state["reason"]))

    @classmethod
    def openssl(cls, *words):
        subprocess.run(["openssl", *words], cwd=cls.folder, check=True, capture_output=True)

    def test_without_hops_nothing_was_learned(self):
        (self.folder / "empty.yaml").write_text("site: hq\nclusters:\n  - {name: hq-cucm, product: cucm}\n")
        done = ucready("rehearse", "--site", self.folder / "empty.yaml", "--db", self.scratch / "empty.db")
        self.assertEqual(PARTLY, done.returncode)
        self.assertIn("no hop with TLS", done.stderr)

    def test_wrong_use_is_told_in_a_line(self):
        for words, said in (([self.database, "--format", "dot"], "choose from text, json, csv"),
                            ([self.database, "--set", "hq-cucm.tls_mni=TLSv1.3"], "no such setting"),
                            ([self.scratch / "none.db"], "none.db")):
            done = ucready("rehearse", "--db", *words)
            self.assertEqual(USAGE, done.returncode, done.stderr)
            self.assertIn(said, done.stderr)
            self.assertEqual("", done.stdout)

    def test_its_help_has_examples_and_the_exit_code(self):
        told = ucready("rehearse", "--help").stdout
        self.assertIn("ucready rehearse --site hq.yaml --db hq.db", told)
        self.assertIn("Exit code 4", told)


if __name__ == "__main__":
    unittest.main()
