"""An upgrade performed: the lab's nodes restart wave by wave as their releases are, real clients connect, and each hop's
outcome is what `ucready plan` had forecast when all it had seen was the estate before the first wave.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

import yaml

import lab
from processes import in_private_network
from program import DONE, PARTLY, UCREADY, ucready
from upgrade_lab import ESTATE, Lab

REFUSAL = re.compile(r"the (client|server) sends (\w+) \(\d+\)")


def difference(row, outcome):
    """What the forecast of a row says otherwise than the real outcome, or nothing."""
    if outcome.works != (row["outcome"] == "works"):
        return f"forecast {row['outcome']} {row['reason']}, really {outcome}"
    if outcome.works:
        said, real = (row["version"], row["certificate_key_type"]), (outcome.version, outcome.key_type)
    else:
        said, real = REFUSAL.search(row["explanation"]).groups(), (outcome.refused_by, outcome.alert)
    return "" if all(word in ("", None, seen) for word, seen in zip(said, real)) else f"forecast {said}, really {real}"


def is_known(row):
    return row["outcome"] in ("works", "breaks")


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class PerformedUpgrade(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = lab.folder_of(cls.addClassCleanup)
        cls.lab = Lab(cls.folder, yaml.safe_load(ESTATE.read_text()))
        cls.rows = cls.forecast()
        cls.real = {wave: cls.perform(wave) for wave in range(len(cls.lab.estate["order"]) + 1)}

    @classmethod
    def told(cls, *words):
        done = ucready(*words, "--db", cls.folder / "x.db")
        if done.returncode != DONE:
            raise RuntimeError(f"{words[0]} exited {done.returncode}: {done.stderr}")
        return done.stdout

    @classmethod
    def forecast(cls):
        """What is forecast by who sees the estate as it is today: its interfaces by a scan, its clients by a capture."""
        site = ["--site", cls.folder / "lab/site.yaml"]
        with cls.lab.up(0):
            cls.told("scan", *site)
            hops = cls.planned(*site)  # Names the hops; what it says of them is not looked at.
            with cls.listening(*site):
                for row in hops:
                    if row["wave"] == 0:
                        cls.lab.call(row, 0)
        return cls.planned(*site)

    @classmethod
    def planned(cls, *site):
        told = json.loads(cls.told("plan", *site, "--format", "json"))
        rows = told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list) and value)
        return [row for row in rows if not row["transient"]]

    @classmethod
    @contextlib.contextmanager
    def listening(cls, *site):
        capture = subprocess.Popen([UCREADY, "capture", "-i", "lo", *site, "--db", cls.folder / "x.db"], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            # Until somebody listens: the table of this network's packet sockets has more than its heading.
            until = time.monotonic() + 30
            while len(Path("/proc/net/packet").read_text().splitlines()) < 2:
                if capture.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"nobody listens: {capture.poll()}")
                time.sleep(0.05)
            yield
            time.sleep(0.5)  # The kernel hands packets out a tenth of a second late; the last hello would be missing.
        finally:
            capture.send_signal(signal.SIGINT)
            _, errors = capture.communicate(timeout=60)
        if capture.returncode not in (DONE, PARTLY):
            raise RuntimeError(f"capture exited {capture.returncode}: {errors}")

    @classmethod
    def perform(cls, wave, clients_of=None):
        """Each hop's outcome after a wave; the clients may be as they were after another."""
        with cls.lab.up(wave):
            return [(row, cls.lab.call(row, wave if clients_of is None else clients_of)) for row in cls.rows if row["wave"] == wave]

    @staticmethod
    def differences(performed):
        return {(row["wave"], row["client_node"], row["client_service"], row["server_node"], row["port"]): difference(row, outcome)
                for row, outcome in performed if is_known(row) and difference(row, outcome)}

    def test_every_hop_of_every_wave_ends_as_forecast(self):
        for wave, performed in self.real.items():
            with self.subTest(wave=wave):
                self.assertEqual({}, self.differences(performed))

    def test_nothing_is_said_to_work_only_because_it_was_seen_to(self):
        """Today's hops are proven by the capture; the model must say the same of them without it."""
        self.assertEqual([], [row["explanation"] for row in self.rows if "against the forecast" in row["explanation"]])

    def test_nothing_is_unknown_of_an_estate_that_was_scanned_and_captured(self):
        self.assertEqual([], [(row["wave"], row["client"], row["server"], row["port"]) for row in self.rows if not is_known(row)])

    def test_the_course_of_the_upgrade_is_worth_performing(self):
        """Both outcomes in each wave, both sides refuse, and there are hops that change either way."""
        course = {}
        for wave, performed in self.real.items():
            self.assertEqual({True, False}, {outcome.works for _, outcome in performed}, wave)
            for row, outcome in performed:
                course.setdefault((row["client_node"], row["client_service"], row["server_node"], row["port"]), []).append(outcome)
        changes = {(before.works, after.works) for hop in course.values() for before, after in zip(hop, hop[1:])}
        self.assertLessEqual({(True, False), (False, True)}, changes)
        self.assertLessEqual({"client", "server"}, {outcome.refused_by for hop in course.values() for outcome in hop})

    def test_an_expressway_that_was_not_upgraded_is_noticed(self):
        noticed = self.differences(self.perform(1, clients_of=0))
        self.assertEqual({"south-1"}, {client for _, client, *_ in noticed})

    def test_a_call_control_that_was_not_upgraded_is_noticed(self):
        with self.lab.up(2):
            performed = [(row, self.lab.call(row, 3)) for row in self.rows if row["wave"] == 3]
        self.assertLessEqual({("north-1", 6972), ("south-1", 6972)}, {(client, port) for _, client, _, _, port in self.differences(performed)})


if __name__ == "__main__":
    unittest.main()
