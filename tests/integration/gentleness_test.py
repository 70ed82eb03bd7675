"""What a scan does to those it asks: never more than it said, however rude the answers are."""

import os
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from fake_server import FakeServer, flood, hang, refuse, slowly_refuse
from program import DONE, PARTLY, UCREADY, rows, site_of_nodes, started, ucready

MEGABYTE = 1_000_000


class Gentleness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "x.db"

    def site(self, server, addresses):
        return site_of_nodes(self.folder / "site.yaml", addresses, [(port, "tls", "") for port in server.ports])

    def test_a_host_sees_two_connections_at_a_time_and_ten_new_ones_a_second(self):
        with FakeServer(slowly_refuse(0.15), ports=8) as server:
            site = self.site(server, ["127.20.0.1", "127.20.0.2"])
            done = ucready("scan", "--site", site, "--db", self.database, "--depth", "versions")
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual({"127.20.0.1", "127.20.0.2"}, set(server.visits))
        for address, visits in server.visits.items():
            self.assertGreaterEqual(len(visits.arrivals), 8 * 4, address)
            self.assertLessEqual(visits.most_at_once, 2, address)
            # The tenth part of a second for a clock that is read in another process than the one that kept the pace.
            self.assertLessEqual(visits.most_within(0.9), 10, address)

    def test_the_limits_can_be_lowered(self):
        with FakeServer(slowly_refuse(0.05), ports=2) as server:
            site = self.site(server, ["127.20.0.1"])
            ucready("scan", "--site", site, "--db", self.database, "--depth", "versions", "--per-host", 1, "--rate", 4)
        self.assertEqual(1, server.visits["127.20.0.1"].most_at_once)
        self.assertLessEqual(server.visits["127.20.0.1"].most_within(0.9), 4)

    def test_connections_at_once_in_all_stay_within_concurrency(self):
        most, stop = [0], threading.Event()
        with FakeServer(slowly_refuse(0.1)) as server:
            def watch():
                while not stop.is_set():
                    most[0] = max(most[0], sum(visits.now for visits in list(server.visits.values())))
                    stop.wait(0.002)
            watcher = threading.Thread(target=watch)
            watcher.start()
            site = self.site(server, [f"127.20.0.{i}" for i in range(1, 41)])
            ucready("scan", "--site", site, "--db", self.database, "--depth", "versions", "--concurrency", 5)
            stop.set()
            watcher.join()
        self.assertLessEqual(most[0], 5)
        self.assertGreater(most[0], 2)

    def test_a_dry_run_tells_the_cost_and_sends_nothing(self):
        with FakeServer(refuse) as server:
            done = ucready("scan", "--site", self.site(server, ["127.20.0.1"]), "--db", self.database, "--dry-run")
            self.assertEqual(DONE, done.returncode, done.stderr)
            self.assertEqual(0, server.connections)
            for word in ("127.20.0.1", str(server.port), "connections", "MB", "minutes"):
                self.assertIn(word, done.stdout)
        self.assertFalse(self.database.exists())

    def test_outside_its_window_a_scan_waits(self):
        hour = time.localtime().tm_hour
        window = f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00"
        with FakeServer(refuse) as server:
            scan = started("scan", "--site", self.site(server, ["127.20.0.1"]), "--db", self.database, "--window", window)
            with self.assertRaises(subprocess.TimeoutExpired):
                scan.wait(2)
            scan.send_signal(2)
            _, told = scan.communicate(timeout=20)
            self.assertEqual(0, server.connections)
        self.assertEqual(PARTLY, scan.returncode, told)

    def test_inside_its_window_a_scan_goes_on(self):
        hour = time.localtime().tm_hour
        window = f"{(hour - 1) % 24:02}:00-{(hour + 2) % 24:02}:00"
        with FakeServer(refuse) as server:
            done = ucready("scan", "--site", self.site(server, ["127.20.0.1"]), "--db", self.database, "--window", window)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertGreater(server.connections, 0)


class RudeServers(unittest.TestCase):
    def scan(self, behaviour, *options):
        """The rows of v_interface, and what the scan cost: seconds, kilobytes of memory at most."""
        with tempfile.TemporaryDirectory() as folder, FakeServer(behaviour) as server:
            database = Path(folder, "x.db")
            began = time.monotonic()
            scan = subprocess.Popen([UCREADY, "scan", f"tls://127.0.0.1:{server.port}", "--db", database, "--timeout", "1", *options],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(scan.pid, 0)
            scan.returncode = os.waitstatus_to_exitcode(status)
            return scan.returncode, rows(database, "SELECT * FROM v_interface"), time.monotonic() - began, usage.ru_maxrss

    def bounded(self, behaviour, *options):
        code, seen, seconds, kilobytes = self.scan(behaviour, *options)
        self.assertEqual(1, len(seen))
        self.assertLess(seconds, 60)
        self.assertLess(kilobytes, 64_000)
        return code, seen[0]

    def test_a_server_that_never_answers(self):
        code, seen = self.bounded(hang)
        self.assertEqual(PARTLY, code, "a scan that learned nothing must not look clean")
        self.assertEqual("timeout", seen["state"])

    def test_a_server_that_sends_a_hundred_megabytes_of_garbage(self):
        _, seen = self.bounded(flood(b"\xa5" * MEGABYTE, 100))
        self.assertEqual("not_tls", seen["state"])

    def test_a_server_that_sends_a_hundred_megabytes_of_records(self):
        _, seen = self.bounded(flood(bytes.fromhex("1603034000") + bytes.fromhex("0bffffff") + bytes(0x4000 - 4), 6000))
        self.assertNotEqual("tls", seen["state"])

    def test_a_server_that_warns_for_ever(self):
        _, seen = self.bounded(flood(bytes.fromhex("15030100020170") * 1000, 15000))
        self.assertNotEqual("tls", seen["state"])


if __name__ == "__main__":
    unittest.main()
