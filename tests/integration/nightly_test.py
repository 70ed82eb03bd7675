"""The nightly scan: its units as systemd sees them, and three nights of the service's own command in which what it scans changes."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from processes import Processes, free_port
from program import ROOT, UCREADY, rows

PACKAGING = ROOT / "packaging"
SITE = "site: night\nclusters:\n  - name: web\n    product: other\n    interfaces: [{port: %d, protocol: tls}]\n    nodes: [{name: one, address: 127.0.0.1}]\n"


class Nights(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.state = self.folder / "state"
        self.state.mkdir()
        self.port = free_port()
        (self.folder / "night.yaml").write_text(SITE % self.port)
        self.processes = Processes()
        self.addCleanup(self.processes.stop)

    def serve(self, days, *options):
        """In place of what served before."""
        self.processes.stop()
        self.processes = Processes()
        self.addCleanup(self.processes.stop)
        key, leaf = self.folder / "leaf.key", self.folder / "leaf.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", leaf, "-days", str(days), "-subj", "/CN=one"],
                       check=True, capture_output=True)
        self.processes.start("s_server", ["openssl", "s_server", "-accept", self.port, "-cert", leaf, "-key", key, "-www", *options], self.port)

    def night(self, site="night", **settings):
        environment = {**os.environ, "UCREADY": UCREADY, "UCREADY_CONFIG": str(self.folder), "STATE_DIRECTORY": str(self.state), **settings}
        return subprocess.run([PACKAGING / "ucready-nightly", site], env=environment, capture_output=True, text=True, timeout=120)

    def changes(self):
        return (self.state / "changes.txt").read_text()

    def findings(self):
        newest = rows(self.state / "ucready.db", "SELECT max(run_id) AS id FROM v_run WHERE kind = 'scan'")[0]["id"]
        return {row["rule"] for row in rows(self.state / "ucready.db", "SELECT rule FROM v_finding WHERE run_id = ?", newest)}

    def test_three_nights_in_which_the_site_changes(self):
        self.serve(400, "-tls1_2")
        first = self.night(UCREADY_FAIL_ON="high")
        self.assertIn(first.returncode, (0, 3), first.stderr)  # 3: the plan knows of no hop.
        self.assertIn("the first night", self.changes())
        self.assertTrue((self.state / "report.html").read_text().startswith("<!DOCTYPE html>"))
        self.assertIn('ucready_last_run_done{site="night",kind="scan"} 1', (self.state / "metrics.prom").read_text())

        quiet = self.night(UCREADY_FAIL_ON="high")
        self.assertEqual(first.returncode, quiet.returncode, quiet.stderr)
        self.assertNotIn("drift", self.findings())
        self.assertIn("Nothing changed", self.changes())

        self.serve(3)  # Another certificate, which ends soon, and TLS 1.3.
        third = self.night(UCREADY_FAIL_ON="high", UCREADY_KEEP="2")
        self.assertIn("drift", self.findings())
        self.assertIn("certificate-expires-soon", self.findings())
        self.assertRegex(self.changes(), r"replaced +web/one")
        self.assertRegex(self.changes(), r"opened +web/one")
        self.assertNotEqual(0, third.returncode, "a certificate that ends in three days is worth an alert")
        kept = rows(self.state / "ucready.db", "SELECT kind, count(*) AS n FROM v_run GROUP BY kind")
        self.assertEqual({("scan", 2), ("plan", 2)}, {(row["kind"], row["n"]) for row in kept})

    def test_what_it_leaves_is_for_nobody_else(self):
        self.serve(400)
        self.night()
        for name in ("ucready.db", "report.html", "changes.txt", "metrics.prom", "lock"):
            self.assertEqual(0o600, (self.state / name).stat().st_mode & 0o777, name)

    def test_of_one_site_one_run_at_a_time(self):
        self.serve(400)
        with (self.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.night()
            self.assertEqual(3, done.returncode)
            self.assertIn("still under way", done.stderr)
            self.assertFalse((self.state / "ucready.db").exists())
        self.assertIn(self.night().returncode, (0, 1, 3))
        self.assertTrue((self.state / "ucready.db").exists())

    def test_a_wrong_site_file_is_told_and_leaves_the_last_report(self):
        self.serve(400)
        self.night()
        before = (self.state / "report.html").read_bytes()
        (self.folder / "night.yaml").write_text("site: night\nclusters: [{name: x, product: nonsense}]\n")
        done = self.night()
        self.assertEqual(2, done.returncode)
        self.assertIn("night.yaml:2", done.stderr)
        self.assertEqual(before, (self.state / "report.html").read_bytes())

    def test_a_site_is_a_plain_name(self):
        for site in ("../x", "a b", "", "-x", "a/b"):
            done = self.night(site)
            self.assertEqual(2, done.returncode, site)
            self.assertIn("usage", done.stderr)


class Units(unittest.TestCase):
    """As `cmake --install` leaves them."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        build = Path(UCREADY).resolve().parents[1]
        done = subprocess.run(["cmake", "--install", build, "--prefix", cls.folder / "usr"], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "DESTDIR": ""})
        assert done.returncode == 0, done.stderr
        cls.units = sorted(cls.folder.rglob("ucready-*@.*"))

    def test_the_program_the_script_and_the_units_are_installed(self):
        self.assertEqual({"ucready-alert@.service", "ucready-scan@.service", "ucready-scan@.timer"}, {unit.name for unit in self.units})
        self.assertTrue(os.access(self.folder / "usr/bin/ucready", os.X_OK))
        self.assertEqual(1, len([path for path in self.folder.rglob("ucready-nightly") if os.access(path, os.X_OK)]))

    def test_the_service_runs_what_was_installed(self):
        unit = next(unit for unit in self.units if unit.name == "ucready-scan@.service").read_text()
        script, = re.findall(r"^ExecStart=(\S+) %i$", unit, re.M)
        self.assertTrue(os.access(script, os.X_OK), script)
        program, = re.findall(r"^Environment=UCREADY=(\S+)$", unit, re.M)
        self.assertTrue(os.access(program, os.X_OK), program)

    def instances(self):
        """The templates, in a folder of their own."""
        folder = self.folder / "instances"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for unit in self.units:
            shutil.copy(unit, folder)
        return folder

    def test_systemd_finds_nothing_wrong_with_them(self):
        folder = self.instances()
        for name in ("ucready-scan@hq.service", "ucready-scan@hq.timer", "ucready-alert@hq.service"):
            shutil.copy(folder / re.sub("@hq", "@", name), folder / name)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, sorted(folder.glob("*@hq.*")))], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:/lib/systemd/system"})
        told = [line for line in done.stderr.splitlines() if "ucready" in line]
        self.assertEqual((0, []), (done.returncode, told), done.stderr)

    def test_the_service_is_exposed_to_little(self):
        folder = self.instances()
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", str(folder / "ucready-scan@.service")], capture_output=True, text=True,
                              timeout=120)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"Overall exposure level for .*: [01]\.\d OK")


if __name__ == "__main__":
    unittest.main()
