"""Wrong input ends with exit code 2 and one line that names the place, the cause and the mend; nothing was sent before."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from fake_server import FakeServer, refuse
from program import DONE, PARTLY, UCREADY, USAGE, as_somebody_else, rows, site_of_nodes, ucready

SITE = """site: hq
clusters:
  - name: hq-cucm
    product: cucm
    nodes:
      - {name: pub, address: 127.0.0.1}
    interfaces:
      - {port: PORT, protocol: https}
"""


class BadInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "x.db"
        self.server = FakeServer(refuse, "127.0.0.1").__enter__()
        self.addCleanup(self.server.__exit__)

    def refused(self, *words, says, program=UCREADY, **options):
        done = ucready(*words, program=program, **options)
        self.assertEqual(USAGE, done.returncode, done.stderr)
        self.assertEqual("", done.stdout)
        self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)
        for clause in says:
            self.assertIn(clause, done.stderr)
        self.assertEqual(0, self.server.connections)
        return done.stderr

    def scan_of(self, text, says):
        site = self.folder / "site.yaml"
        site.write_text(text.replace("PORT", str(self.server.port)))
        self.refused("scan", "--site", site, "--db", self.database, says=says)
        self.assertFalse(self.database.exists(), "a database was made before the site file was known to be right")

    def test_a_site_file_that_is_not_there(self):
        self.refused("scan", "--site", self.folder / "no.yaml", "--db", self.database, says=["no.yaml"])

    def test_a_site_file_that_is_a_folder(self):
        self.refused("scan", "--site", self.folder, "--db", self.database, says=[str(self.folder)])

    def test_a_site_file_that_one_may_not_read(self):
        site = self.folder / "site.yaml"
        site.write_text(SITE)
        site.chmod(0)
        self.folder.chmod(0o755)
        program = self.folder / "ucready"
        shutil.copy(UCREADY, program)  # The build folder may be closed to others.
        self.refused("scan", "--site", site, "--db", self.database, says=["site.yaml"], program=program,
                     **as_somebody_else())

    def test_yaml_that_ends_early(self):
        self.scan_of(SITE + "hops: [{from: hq-cucm", says=["site.yaml:9"])

    def test_a_key_that_does_not_exist(self):
        self.scan_of(SITE.replace("product: cucm", "product: cucm\n    colour: red"), says=["site.yaml:5:5", "colour"])

    def test_a_product_that_does_not_exist(self):
        self.scan_of(SITE.replace("product: cucm", "product: cucn"), says=["site.yaml:4:14", "cucn"])

    def test_a_port_of_70000_in_the_site_file(self):
        self.scan_of(SITE.replace("port: PORT", "port: 70000"), says=["site.yaml:8:16", "70000", "65535"])

    def test_a_bracket_that_is_not_closed(self):
        self.scan_of(SITE.replace("address: 127.0.0.1}", "address: 127.0.0.1"), says=["site.yaml:6:9", "the { that begins here is not closed"])

    def test_two_protocols_of_one_port_are_two_interfaces(self):
        site = site_of_nodes(self.folder / "site.yaml", ["127.0.0.1"], [(self.server.port, "https", ""), (self.server.port, "tls", "")])
        self.assertEqual(PARTLY, ucready("scan", "--site", site, "--db", self.database).returncode, "both refuse every hello")
        self.assertEqual(["https", "tls"], [row["protocol"] for row in rows(self.database, "SELECT protocol FROM v_interface ORDER BY 1")])

    def test_two_nodes_of_one_name(self):
        self.scan_of(SITE.replace("    interfaces", "      - {name: pub, address: 127.0.0.2}\n    interfaces"),
                     says=["site.yaml:7", "pub"])

    def test_a_hop_to_nowhere(self):
        self.scan_of(SITE + "hops:\n  - {from: hq-cucm, to: hq-cuc:443}\n", says=["site.yaml:10", "hq-cuc"])

    def test_a_target_with_port_70000(self):
        self.refused("scan", "127.0.0.1:70000", "--db", self.database, says=["127.0.0.1:70000", "65535"])

    def test_a_target_of_an_unknown_protocol(self):
        self.refused("scan", f"gopher://127.0.0.1:{self.server.port}", "--db", self.database, says=["gopher"])

    def test_an_unknown_option_and_an_unknown_command(self):
        self.refused("scan", "--no-such", says=["--no-such", "--help"])
        self.refused("scam", says=["scam", "--help"])

    def test_numbers_out_of_range(self):
        for option, value in [("--rate", "0"), ("--per-host", "-1"), ("--concurrency", "many"), ("--timeout", "nan"),
                              ("--window", "25:00-26:00"), ("--depth", "deep")]:
            self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.database, option, value, says=[option])

    def test_a_database_that_is_none(self):
        self.database.write_text("This is a letter to my aunt, and quite a long one, for it goes on and on.\n" * 20)
        before = self.database.read_bytes()
        self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.database, says=["x.db"])
        self.assertEqual(before, self.database.read_bytes())

    def test_a_database_of_another_program(self):
        self.change_database("CREATE TABLE letters(text)")
        self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.database, says=["x.db", "another program"])

    def test_a_database_of_a_newer_version(self):
        ucready("scan", f"127.0.0.1:{self.server.port}", "--db", self.database)
        self.server.visits.clear()
        self.change_database("PRAGMA user_version = 9999")
        self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.database, says=["x.db", "9999", "newer"])

    def change_database(self, statement):
        connection = sqlite3.connect(self.database)
        connection.execute(statement)
        connection.commit()
        connection.close()

    def test_a_database_that_may_only_be_read(self):
        ucready("scan", f"127.0.0.1:{self.server.port}", "--db", self.database)
        self.server.visits.clear()
        self.folder.chmod(0o555)
        self.database.chmod(0o444)
        self.addCleanup(self.folder.chmod, 0o755)
        program = Path(tempfile.mkdtemp()) / "ucready"
        self.addCleanup(shutil.rmtree, program.parent)
        program.parent.chmod(0o755)
        shutil.copy(UCREADY, program)
        self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.database, says=["x.db"], program=program,
                     **as_somebody_else())

    def test_a_database_in_a_folder_that_is_not_there(self):
        self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.folder / "no" / "x.db", says=["no/x.db"])

    def test_a_report_of_a_database_that_is_not_there(self):
        self.refused("report", "--db", self.database, "--format", "text", says=["x.db"])
        self.assertFalse(self.database.exists())

    def test_offline_opens_no_socket(self):
        self.refused("scan", f"127.0.0.1:{self.server.port}", "--db", self.database, "--offline", says=["--offline"])

    def test_a_name_that_does_not_resolve_is_told_and_kept(self):
        done = ucready("scan", "no-such-host.invalid:443", "--db", self.database)
        self.assertEqual(PARTLY, done.returncode)
        self.assertIn("no-such-host.invalid", done.stdout + done.stderr.replace(str(self.database), ""))
        self.assertIn("nothing was learned", done.stderr)
        seen = rows(self.database, "SELECT address, state, detail FROM v_interface")
        self.assertEqual([("no-such-host.invalid", "unreachable")], [(row["address"], row["state"]) for row in seen])
        self.assertIn("does not resolve", seen[0]["detail"])

    def test_one_name_that_does_not_resolve_does_not_stop_the_others(self):
        site = site_of_nodes(self.folder / "site.yaml", ["no-such-host.invalid", "127.0.0.1"], [(self.server.port, "https", "")])
        done = ucready("scan", "--site", site, "--db", self.database)
        self.assertEqual(PARTLY, done.returncode, "the other refuses every hello")
        self.assertEqual({"unreachable", "tls"}, {row["state"] for row in rows(self.database, "SELECT state FROM v_interface")})


class Output(unittest.TestCase):
    def output_to(self, file, *words):
        return subprocess.run([UCREADY, *words], stdout=file, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)

    def test_a_reader_that_left_is_no_trouble(self):
        for words in [("catalogue", "cucm"), ("rules",), ("--help",)]:
            reads, writes = os.pipe()
            os.close(reads)
            done = self.output_to(writes, *words)
            os.close(writes)
            self.assertEqual((DONE, ""), (done.returncode, done.stderr), words)

    def test_a_full_disk_under_the_output_is_told(self):
        with open("/dev/full", "w") as full:
            done = self.output_to(full, "catalogue", "cucm")
        self.assertEqual(PARTLY, done.returncode)
        self.assertIn("disk full", done.stderr)


class FoundFromAnywhere(unittest.TestCase):
    def test_catalogue_and_rules_are_found_through_a_symlink_from_any_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            link = Path(folder, "u")
            link.symlink_to(UCREADY)
            for command, expected in [("catalogue", "cucm"), ("rules", "sha1-certificate")]:
                done = ucready(command, program=link, cwd="/")
                self.assertEqual(DONE, done.returncode, done.stderr)
                self.assertIn(expected, done.stdout)

    def test_a_copy_of_the_program_alone_carries_its_data(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(UCREADY, folder)
            done = subprocess.run([Path(folder, "ucready"), "catalogue", "cucm"], cwd=folder, capture_output=True, text=True)
            self.assertEqual(DONE, done.returncode, done.stderr)
            self.assertIn("8443", done.stdout)


if __name__ == "__main__":
    unittest.main()
