"""ucready capture -i: listens as somebody who may do nothing else, while real clients talk, and says what it saw."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from pki import Pki
from processes import Processes, free_port, in_private_network
from program import DONE, UCREADY, USAGE, rows

NOBODY = 65534
ONLY_NET_RAW = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
                "--bounding-set=-all,+net_raw"]
NOTHING = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def listening():
    """Whether somebody listens to whole packets in this network, which is ours alone."""
    return len(Path("/proc/self/net/packet").read_text().splitlines()) > 1


def status_of(pid):
    return dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not so after {seconds} s: {what.__name__}")


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
@unittest.skipUnless(shutil.which("setpriv") and shutil.which("openssl"), "needs setpriv and openssl")
class LiveCapture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        pki = Pki(cls.processes.folder / "pki")
        cls.ca = pki.path("ca.pem")
        cls.ports = {}
        for kind in ("rsa", "ecdsa"):
            cls.ports[kind] = free_port()
            cls.processes.start(f"server-{kind}", ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{cls.ports[kind]}", "-cert", pki.path(f"{kind}.crt"),
                                                   "-key", pki.path(f"{kind}.key")], cls.ports[kind])

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        os.chown(self.folder, NOBODY, NOBODY)
        self.program = self.folder / "ucready"  # The build's folder may not be theirs to read.
        shutil.copy(UCREADY, self.program)
        self.program.chmod(0o755)
        self.database = self.folder / "x.db"

    def start(self, rights, *words):
        capture = subprocess.Popen([*rights, self.program, "capture", "-i", "lo", *words, "--db", self.database], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")
        self.addCleanup(self.end, capture)
        return capture

    @staticmethod
    def end(capture):
        if capture.poll() is None:
            capture.kill()
        capture.communicate()

    def connect(self, kind, *words):
        return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[kind]}", "-servername", f"{kind}.nordwind.example", *words],
                              input="hello\n", capture_output=True, text=True, timeout=20)

    def holds_no_right(self, capture):
        until(listening)

        def without_rights():
            return status_of(capture.pid)["NoNewPrivs"] == "1" and status_of(capture.pid)

        status = until(without_rights)
        for rights in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            self.assertEqual(0, int(status[rights], 16), f"{rights} {status[rights]}")
        self.assertEqual([str(NOBODY)] * 4, status["Uid"].split())

    def test_sees_clients_with_one_right_and_gives_it_up_before_it_reads(self):
        capture = self.start(ONLY_NET_RAW, "--duration", "4")
        self.holds_no_right(capture)
        self.connect("rsa", "-tls1_2", "-CAfile", self.ca)
        self.connect("ecdsa", "-tls1_2", "-CAfile", self.ca)
        self.connect("ecdsa", "-tls1_3", "-CAfile", self.ca)
        self.connect("rsa", "-tls1_3", "-verify_return_error")
        self.connect("ecdsa", "-tls1_2", "-verify_return_error")
        out, err = capture.communicate(timeout=60)
        self.assertEqual(DONE, capture.returncode, err)
        self.assertRegex(out, r"^\d+ packets \(none dropped by the kernel\), 5 TLS connections: 5 with a hello, 0 that began before\n")
        seen = rows(self.database, "SELECT server_port, version, server_key_type, established, alert_by, alert, server_name FROM v_session ORDER BY started_at")
        told = [(row["server_port"], row["version"], row["server_key_type"], row["established"], row["alert_by"], row["alert"]) for row in seen]
        rsa, ec = self.ports["rsa"], self.ports["ecdsa"]
        self.assertEqual([(rsa, "TLSv1.2", "rsa", 1, None, None), (ec, "TLSv1.2", "ecdsa", 1, None, None), (ec, "TLSv1.3", "ecdsa", 1, None, None),
                          (rsa, "TLSv1.3", "rsa", 0, "client", "unknown_ca"), (ec, "TLSv1.2", "ecdsa", 0, "client", "unknown_ca")], told)
        self.assertEqual("rsa.nordwind.example", seen[0]["server_name"])
        self.assertEqual(0o600, self.database.stat().st_mode & 0o777)

    def test_keeps_what_it_saw_when_it_is_interrupted(self):
        capture = self.start(ONLY_NET_RAW)
        self.holds_no_right(capture)
        self.connect("rsa", "-tls1_2", "-CAfile", self.ca)
        time.sleep(0.5)  # The kernel hands packets out a tenth of a second late.
        capture.send_signal(signal.SIGINT)
        capture.communicate(timeout=30)
        self.assertEqual([{"n": 1}], rows(self.database, "SELECT count(*) n FROM v_session WHERE established = 1"))

    def test_the_right_may_be_a_files(self):
        given = subprocess.run(["setcap", "cap_net_raw+ep", self.program], capture_output=True, text=True)
        if given.returncode != 0:
            self.skipTest(f"files cannot have capabilities here: {given.stderr.strip()}")
        capture = self.start(AS_NOBODY, "--duration", "2", "--filter", f"tcp port {self.ports['rsa']}")
        self.holds_no_right(capture)
        self.connect("rsa", "-tls1_2", "-CAfile", self.ca)
        self.connect("ecdsa", "-tls1_2", "-CAfile", self.ca)
        _, err = capture.communicate(timeout=30)
        self.assertEqual(DONE, capture.returncode, err)
        self.assertEqual([{"server_port": self.ports["rsa"]}], rows(self.database, "SELECT server_port FROM v_session"))

    def test_says_which_right_is_missing(self):
        capture = self.start(NOTHING, "--duration", "2")
        _, err = capture.communicate(timeout=30)
        self.assertEqual(USAGE, capture.returncode)
        self.assertIn("capturing needs CAP_NET_RAW", err)
        self.assertFalse(self.database.exists())


if __name__ == "__main__":
    unittest.main()
