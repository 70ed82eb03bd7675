"""Whatever ends a scan early, what it saw is kept, the database is valid, and --resume finishes the rest."""

import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from fake_server import FakeServer, slowly_refuse
from program import DONE, PARTLY, ROOT, UCREADY, rows, site_of_nodes, started, ucready

NODES = 120


class Interruption(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "x.db"
        self.server = FakeServer(slowly_refuse(0.02)).__enter__()
        self.addCleanup(self.server.__exit__)
        site = site_of_nodes(self.folder / "site.yaml", [f"127.20.1.{i}" for i in range(1, NODES + 1)], [(self.server.port, "tls", "")])
        # Some seconds of work.
        self.words = ["scan", "--site", site, "--db", self.database, "--depth", "versions", "--concurrency", "8", "--rate", "1000"]

    def kept(self, run_id=None):
        where = "WHERE run_id = ?" if run_id else ""
        return rows(self.database, f"SELECT count(*) AS n FROM v_interface {where}", *filter(None, [run_id]))[0]["n"]

    def runs(self):
        return rows(self.database, "SELECT run_id, status FROM v_run ORDER BY run_id")

    def until_something_is_kept(self, scan):
        until = time.monotonic() + 20
        while time.monotonic() < until and scan.poll() is None:
            try:
                if self.database.exists() and self.kept() > 0:
                    return
            except sqlite3.OperationalError:
                pass  # The views are being made.
            time.sleep(0.02)
        self.fail("the scan ended, or kept nothing in 20 s")

    def assert_valid(self):
        # As any program would: after a kill somebody has to fold the log in, and a reader that may not write cannot.
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            self.assertEqual("ok", connection.execute("PRAGMA integrity_check").fetchone()[0])
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                return  # Killed before the tables were there: they come all at once.
        for view in ("v_run", "v_interface", "v_interface_version", "v_interface_certificate", "v_interface_client_auth", "v_finding"):
            rows(self.database, f"SELECT count(*) FROM {view}")

    def finish_by_resume(self, run_id, nodes=NODES):
        before = self.kept(run_id)
        asked = self.server.connections
        done = ucready(*self.words, "--resume")
        # They refuse every hello; no other part is missing. A kill may also come when all had been asked.
        self.assertEqual(PARTLY if self.server.connections > asked else DONE, done.returncode, done.stderr)
        self.assertEqual(self.server.connections > asked, "no interface negotiated anything" in done.stderr, done.stderr)
        self.assertEqual(nodes, self.kept(run_id))
        self.assertIn({"run_id": run_id, "status": "done"}, self.runs())
        return before, self.server.connections - asked

    def test_ctrl_c_keeps_what_was_seen_and_resume_finishes(self):
        ucready(*self.words)
        a_node = self.server.connections / NODES
        for sign in (signal.SIGINT, signal.SIGTERM):
            self.database.unlink(missing_ok=True)
            scan = started(*self.words)
            self.until_something_is_kept(scan)
            scan.send_signal(sign)
            _, told = scan.communicate(timeout=20)

            self.assertEqual(PARTLY, scan.returncode, told)
            self.assertIn("--resume", told)
            self.assert_valid()
            [run] = self.runs()
            self.assertEqual("partial", run["status"])
            before, connections = self.finish_by_resume(run["run_id"])
            self.assertGreater(before, 0)
            self.assertLess(before, NODES)
            self.assertEqual((NODES - before) * a_node, connections, "what is stored was asked again, or what is not was left out")
            self.assertEqual(1, len(self.runs()))

    def test_twenty_kills_leave_a_valid_database_that_can_be_resumed(self):
        began = time.monotonic()
        ucready(*self.words)
        whole = time.monotonic() - began
        self.database.unlink()
        chance = random.Random(20)
        for kill in range(20):
            scan = started(*self.words)
            after = whole * (kill + chance.random()) / 20
            try:
                scan.wait(after)
            except subprocess.TimeoutExpired:
                scan.kill()
            scan.communicate()
            if self.database.exists():
                self.assert_valid()
            if kill > 10:
                # A batch is half a second old at most.
                expected = NODES * max(0.0, after - 1.0) / whole * 0.5
                self.assertGreaterEqual(self.kept(self.runs()[-1]["run_id"]), int(expected), f"killed after {after:.1f} s of {whole:.1f}")
        unfinished = [run["run_id"] for run in self.runs() if run["status"] != "done"]
        self.finish_by_resume(unfinished[-1])

    def test_resume_without_an_unfinished_run_says_so(self):
        ucready(*self.words)
        done = ucready(*self.words, "--resume")
        self.assertEqual(2, done.returncode)
        self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)

    def test_the_database_is_for_its_owner_alone(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        ucready(*self.words)
        self.assertEqual(0o600, self.database.stat().st_mode & 0o777)

    def into_a_disk_of(self, size, words):
        """Gives the ended program; what is then on the disk is a copy at self.database."""
        disk, copy = self.folder / "disk", self.folder / "after"
        shutil.rmtree(copy, ignore_errors=True)
        for folder in (disk, copy):
            folder.mkdir(exist_ok=True)
        script = f'mount -t tmpfs -o size={size} none "$1" || exit 99; shift; "$@"; code=$?; cp "$DISK"/x.db* "$COPY"; exit $code'
        self.database = copy / "x.db"
        words = [disk / "x.db" if isinstance(word, Path) and word.name == "x.db" else word for word in words]
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", disk, UCREADY, *map(str, words)], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=120, env={**os.environ, "DISK": str(disk), "COPY": str(copy)})
        if done.returncode == 99:
            self.skipTest("this container may not mount")
        return done

    @unittest.skipUnless(os.getuid() == 0, "only root may mount the small disk")
    def test_a_full_disk_keeps_what_fitted_and_says_how_much_that_is(self):
        nodes = 6 * NODES
        site_of_nodes(self.folder / "site.yaml", [f"127.20.{i // 250 + 2}.{i % 250 + 1}" for i in range(nodes)], [(self.server.port, "tls", "")])
        almost_empty = self.folder / "empty.db"
        ucready("scan", "tls://127.0.0.1:9", "--db", almost_empty, "--timeout", 1)
        tables = almost_empty.stat().st_size
        stored = []
        # From a disk on which not even the tables fit, to one that holds them, their log and a part of the site's rows.
        for size in [32 * 1024, tables, *(2 * tables + extra * 1024 for extra in (0, 32, 96, 160, 224, 288))]:
            with self.subTest(size=size):
                done = self.into_a_disk_of(size // 4096 * 4096, self.words)
                self.assertEqual(PARTLY, done.returncode, done.stderr)
                self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)
                self.assertIn("full", done.stderr)
                self.assert_valid()
                told = re.search(rf"(\d+) of {nodes} interfaces are stored", done.stderr)
                if not told:
                    self.assertIn("make room", done.stderr)
                    continue
                stored.append(int(told[1]))
                self.assertEqual(self.kept(), stored[-1], done.stderr)
                self.assertLess(stored[-1], nodes)
                self.assertEqual("partial", self.runs()[-1]["status"])
                self.assertEqual(stored[-1], sum(line.startswith(f"  {self.server.port} ") for line in done.stdout.splitlines()))
        self.assertGreater(len(set(stored)), 2, "hardly any of these disks filled up while the site was scanned")
        # The copy is where there is room.
        self.words[self.words.index("--db") + 1] = self.database
        self.finish_by_resume(self.runs()[-1]["run_id"], nodes)

    def into_growing_disks(self, words, view):
        """Until the whole result fits: each time what is stored is the part that the exit code and the run speak of."""
        size, kept = 640 * 1024, []
        while (done := self.into_a_disk_of(size, words)).returncode != DONE:
            self.assertEqual(PARTLY, done.returncode, done.stderr)
            self.assertIn("full", done.stderr)
            self.assert_valid()
            self.assertEqual({"partial"}, {run["status"] for run in self.runs()})
            kept.append(rows(self.database, f"SELECT count(*) AS n FROM {view}")[0]["n"])
            size += 64 * 1024
            self.assertLess(len(kept), 60, done.stderr)
        self.assertGreater(len(kept), 1)
        return kept, rows(self.database, f"SELECT count(*) AS n FROM {view}")[0]["n"]

    @unittest.skipUnless(os.getuid() == 0, "only root may mount the small disk")
    def test_a_full_disk_ends_a_plan_and_a_capture_as_partly_done(self):
        site = self.folder / "many.yaml"
        nodes = {name: ", ".join(f"{{name: n{i}, address: 10.{net}.0.{i}}}" for i in range(1, 61)) for name, net in (("a", 1), ("b", 2))}
        site.write_text("site: many\nclusters:\n" + "".join(
            f"  - {{name: {name}, product: cucm, release: 14SU3, target: 15SU4a, nodes: [{listed}]}}\n" for name, listed in nodes.items())
            + "hops:\n  - {from: a, to: b:5061}\n")
        kept, whole = self.into_growing_disks(["plan", "--site", site, "--db", self.database], "v_forecast")
        self.assertGreater(whole, 0)
        self.assertLessEqual(set(kept), {0, whole}, "half a forecast was kept")
        pcap = self.folder / "many.pcap"
        subprocess.run([sys.executable, ROOT / "tests/bench/make_capture.py", "handshakes", "1", pcap], check=True, capture_output=True)
        kept, _ = self.into_growing_disks(["capture", "-r", pcap, "--db", self.database], "v_session")
        self.assertGreater(max(kept), 0, "no disk filled up after something had been stored")


if __name__ == "__main__":
    unittest.main()
