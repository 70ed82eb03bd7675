"""A scan of the lab's ill-behaved servers: each is told for what it is, and none harms the scan or the reader of its report."""

import csv
import io
import json
import os
import subprocess
import unicodedata
import unittest

import lab
from program import DONE, ROOT, rows, ucready

folder = None
database = None
told = ""


def setUpModule():
    global folder, database, told
    folder = lab.stand_up(unittest.addModuleCleanup, ROOT / "tests/lab/rogues.yaml", 21000)
    database = folder / "x.db"
    # Longer than the slowest greeting (6 s), shorter than the default, because a dozen of these say nothing for that long.
    scan = ucready("scan", "--site", folder / "lab/site.yaml", "--db", database, "--timeout", 7)
    told = scan.stderr
    if scan.returncode != DONE:
        raise RuntimeError(f"scan exited {scan.returncode}: {scan.stderr}")


def accepted(node):
    return {row["version"] for row in
            rows(database, "SELECT version FROM v_interface_version WHERE node = ? AND outcome = 'accepted'", node)}


class Rogues(unittest.TestCase):
    maxDiff = None

    def test_each_is_in_the_state_that_it_deserves(self):
        expected = {
            "hang": "timeout",
            "endless-garbage": "not_tls",
            "reset": "reset",
            "garbage": "not_tls",
            "plain-http": "not_tls",
            "alert-40": "tls",
            "alert-70": "tls",
            "alert-80": "tls",
            "alert-250": "tls",
            "smtp-refused": "starttls_refused",
            "smtp-absent": "starttls_refused",
            "imap-refused": "starttls_refused",
            "imap-absent": "starttls_refused",
            "slow-banner": "tls",
            "crumbs": "tls",
            "huge-chain": "tls",
            "unparsable-certificate": "tls",
            "control-characters": "tls",
        }
        seen = {row["node"]: row["state"] for row in rows(database, "SELECT node, state FROM v_interface")}
        self.assertEqual(expected, {node: seen.get(node) for node in expected})

    def test_every_interface_of_the_site_has_a_row(self):
        listed = [line for line in (folder / "lab/site.yaml").read_text().splitlines() if "port:" in line]
        self.assertEqual(len(listed), rows(database, "SELECT count(*) AS n FROM v_interface")[0]["n"])
        self.assertNotIn("left out:", told)

    def test_intolerance_of_tls13_does_not_hide_tls12(self):
        for node in ("intolerant-close", "intolerant-reset"):
            self.assertEqual({"TLSv1.0", "TLSv1.1", "TLSv1.2"}, accepted(node))
            self.assertEqual(1, len(rows(database, "SELECT 1 FROM v_finding WHERE node = ? AND rule = 'version-intolerant'", node)), node)

    def test_a_suite_that_was_not_offered_is_no_acceptance(self):
        self.assertEqual(set(), accepted("unoffered-suite"))

    def test_a_warning_before_the_answer_is_passed_over(self):
        self.assertEqual({"TLSv1.0", "TLSv1.1", "TLSv1.2"}, accepted("warning-first"))

    def test_records_of_one_byte_are_put_together(self):
        self.assertEqual({"TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"}, accepted("crumbs"))
        leaves = rows(database, "SELECT DISTINCT key_type FROM v_interface_certificate WHERE node = 'crumbs' AND position = 0")
        self.assertEqual({"rsa", "ecdsa"}, {row["key_type"] for row in leaves})

    def test_a_server_that_drops_connections_is_asked_again(self):
        for node in ("every-second", "six-in-ten-seconds"):
            self.assertEqual({"TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"}, accepted(node), node)

    def test_a_certificate_that_cannot_be_read_is_kept_and_told(self):
        seen = rows(database, "SELECT sha256, subject FROM v_interface_certificate WHERE node = 'unparsable-certificate'")
        self.assertTrue(seen)
        self.assertEqual({64}, {len(row["sha256"]) for row in seen})
        self.assertTrue(rows(database, "SELECT 1 FROM v_finding WHERE node = 'unparsable-certificate' AND rule LIKE 'certificate-%'"))

    def test_no_host_was_pressed(self):
        seen = json.loads(self.stats().read_text())["addresses"]
        self.assertGreater(len(seen), 40)
        for address, visits in seen.items():
            self.assertLessEqual(visits["most_at_once"], 2, address)
            # One more than the limit, for a second that begins between two readings of two clocks.
            self.assertLessEqual(visits["most_in_a_second"], 11, address)

    def stats(self):
        pid = int((folder / "lab/pid").read_text().split()[0])
        os.kill(pid, 10)  # SIGUSR1 writes them.
        path = folder / "lab/stats.json"
        for _ in range(100):
            if path.exists() and path.stat().st_size:
                return path
            subprocess.run(["sleep", "0.05"], check=True)
        self.fail("the lab wrote no stats.json")


class HostileText(unittest.TestCase):
    """Names from certificates reach the reader, never as anything but text."""

    def report(self, form, *words):
        done = ucready("report", "--db", database, "--format", form, *words)
        self.assertEqual(DONE, done.returncode, done.stderr)
        return done.stdout

    def test_a_text_report_holds_no_control_characters(self):
        for words in ([], ["--table", "v_interface_certificate"]):
            text = self.report("text", *words)
            odd = {hex(ord(c)) for c in text if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} and c != "\n"}
            self.assertEqual(set(), odd)

    def test_no_cell_of_a_csv_is_a_formula(self):
        for words in ([], ["--table", "v_interface_certificate"]):
            table = list(csv.reader(io.StringIO(self.report("csv", *words), newline="")))
            self.assertGreater(len(table), 10)
            self.assertEqual({len(table[0])}, {len(line) for line in table})
            self.assertEqual([], [cell for line in table for cell in line if cell[:1] in set("=+-@\t\r")])

    def test_json_gives_the_names_back_whole(self):
        certificates = json.loads(self.report("json", "--table", "v_interface_certificate"))
        # A name is written as RFC 4514 has it, which puts a backslash before some characters.
        subjects = " ".join(row["subject"] or "" for row in certificates).replace("\\", "")
        for name in ("<script>alert(1)</script>", "=cmd|'/C calc'!A0", "@SUM(1+1)"):
            self.assertTrue(name in subjects, name)


if __name__ == "__main__":
    unittest.main()
