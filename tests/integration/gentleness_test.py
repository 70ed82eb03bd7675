"""What a scan does to those it asks: never more than it said, however rude the answers are."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import lab
from fake_server import FakeServer, flood, hang, refuse, slowly_refuse
from processes import in_private_network
from program import DONE, LAB, PARTLY, UCREADY, rows, site_of_nodes, started, ucready
from recorded_packets import recorded

MEGABYTE = 1_000_000

# Sanitizers keep what was freed, and shadows of it.
SANITIZED = any(f"{kind}SAN_OPTIONS" in os.environ for kind in ("A", "T"))


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
        self.assertEqual(PARTLY, done.returncode, "all refuse every hello")
        self.assertEqual({"127.20.0.1", "127.20.0.2"}, set(server.visits))
        for address, visits in server.visits.items():
            self.assertGreaterEqual(len(visits.arrivals), 8 * 4, address)
            self.assertLessEqual(visits.most_at_once, 2, address)
            # The tenth part of a second for a clock that is read in another process than the one that kept the pace.
            self.assertLessEqual(visits.most_within(0.9), 10, address)

    def test_one_address_in_several_spellings_is_one_host(self):
        with FakeServer(slowly_refuse(0.15), ports=4) as server:
            site = self.site(server, ["127.20.0.1", '"::ffff:127.20.0.1"', '"0:0:0:0:0:ffff:7f14:1"'])
            ucready("scan", "--site", site, "--db", self.database, "--depth", "versions")
        visits = server.visits["127.20.0.1"]
        self.assertGreaterEqual(len(visits.arrivals), 3 * 4 * 4)
        self.assertLessEqual(visits.most_at_once, 2)
        self.assertLessEqual(visits.most_within(0.9), 10)

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
        self.assertEqual(PARTLY, done.returncode, "it refuses every hello")
        self.assertGreater(server.connections, 0)


ESTATE = """site: x
domain: x.example
organisation: X
authorities: [{name: root, subject: {CN: X Root}}]
clusters:
  - name: call
    product: cucm
    release: 14SU3
    certificates: {tomcat: {issuer: root}, callmanager: {issuer: root}, callmanager-ecdsa: {key: p256}, tvs: {}}
    interfaces:
      - {port: 8443, protocol: https, tls: [TLSv1.2, TLSv1.3], identities: [tomcat], ciphers: "ECDHE+AESGCM"}
      - {port: 5061, protocol: sip-tls, tls: [TLSv1.0, TLSv1.3], identities: [callmanager, callmanager-ecdsa], ciphers: "ECDHE+AES:AES256-SHA"}
      - {port: 6972, protocol: tftp-https, tls: [TLSv1.2, TLSv1.3], identities: [tomcat], ciphers: "ECDHE+AESGCM"}
    nodes: [{name: call-1, address: 127.20.1.1}, {name: call-2, address: 127.20.1.2}]
  - {name: phones, product: phone, model: "8861", trust: [root], nodes: [{name: p1, address: 127.20.2.1}, {name: p2, address: 127.20.2.2}]}
  - {name: rooms, product: roomos, trust: [root], nodes: [{name: r1, address: 127.20.2.3}]}
hops: [{from: phones, to: "call:5061"}, {from: phones, to: "call:6972"}, {from: phones, to: "call:8443"}, {from: rooms, to: "call:5061"}]
"""


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
class WithEverythingOn(unittest.TestCase):
    """Depth full, identification, trust lists, then a replay of all clients: the defaults hold for each host that is asked."""

    @classmethod
    def setUpClass(cls):
        cls.folder = lab.folder_of(cls.addClassCleanup)
        cls.estate, cls.database = cls.folder / "estate.yaml", cls.folder / "x.db"
        cls.estate.write_text(ESTATE)
        site = ["--site", cls.folder / "lab/site.yaml", "--db", cls.database]
        cls.visits = {}
        with cls.lab("visited"), recorded(cls.folder / "visits.pcap"):
            subprocess.run([LAB, "visit", cls.estate, "--dir", cls.folder / "lab"], check=True, capture_output=True)
        cls.run_well("capture", "-r", cls.folder / "visits.pcap", *site)
        with cls.lab("scan"):
            cls.run_well("scan", "--depth", "full", "--trust-lists", *site)
        with cls.lab("replay"):
            cls.run_well("scan", "--as", "phones", *site)
        # As many hellos as one client may have, at each port of a host.
        offers = [{"client": "many", "protocol": "sip-tls", "hello": f"0100002b0303{'00' * 32}000004c0{0x2f:02x}{i:04x}0100"} for i in range(0x31, 0x41)]
        (cls.folder / "many.json").write_text(json.dumps({"ucready_profile": 1, "offers": offers}))
        cls.run_well("profile", "apply", cls.folder / "many.json", "--db", cls.folder / "many.db")
        with cls.lab("many"):
            cls.run_well("scan", "--as", "many", "--db", cls.folder / "many.db",
                         *(f"sip-tls://127.20.1.{host}:{port}" for host in (1, 2) for port in (8443, 5061, 6972)))

    @classmethod
    @contextlib.contextmanager
    def lab(cls, name):
        folder = cls.folder / "lab"
        with lab.standing(cls.estate, folder):
            yield
        cls.visits[name] = json.loads((folder / "stats.json").read_text())["addresses"]

    @staticmethod
    def run_well(*words):
        done = ucready(*words)
        if done.returncode != DONE:
            raise RuntimeError(f"{words[0]} exited {done.returncode}: {done.stderr}")

    def test_all_that_could_be_on_was_on(self):
        self.assertEqual({"uds", "sip-options"}, {row["by"] for row in rows(self.database, "SELECT identified_by AS by FROM v_interface") if row["by"]})
        self.assertTrue(rows(self.database, "SELECT 1 FROM v_interface_cipher"))
        self.assertEqual(4, len(rows(self.database, "SELECT 1 FROM fetched_trust_list")))
        self.assertEqual(12, len(rows(self.database, "SELECT 1 FROM v_offer_answer")))

    def test_no_host_sees_more_than_two_at_a_time_or_ten_new_ones_a_second(self):
        for name, least in (("scan", 120), ("replay", 3), ("many", 48)):
            self.assertEqual({"127.20.1.1", "127.20.1.2"}, set(self.visits[name]))
            for address, seen in self.visits[name].items():
                self.assertGreaterEqual(seen["connections"], least, f"{name} {address}")
                self.assertLessEqual(seen["most_at_once"], 2, f"{name} {address}")
                # One more than the limit, for a second that begins between two readings of two clocks.
                self.assertLessEqual(seen["most_in_a_second"], 11, f"{name} {address}")


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
        if not SANITIZED:
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
