"""What `scan --help` and `profile --help` show works as it stands there, from the first line to the last."""

import asyncio
import contextlib
import os
import shlex
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import lab
from processes import in_private_network
from program import DONE, LAB, UCREADY, started, ucready
from recorded_packets import recorded

ESTATE = """site: hq
domain: example.com
organisation: X
authorities: [{name: root, subject: {CN: X Root}}]
clusters:
  - name: hq-cucm
    product: cucm
    release: 14SU3
    certificates: {tomcat: {issuer: root}, callmanager: {issuer: root}, tvs: {}}
    interfaces:
      - {port: 8443, protocol: https, tls: [TLSv1.2, TLSv1.3], identities: [tomcat], ciphers: "ECDHE+AESGCM"}
      - {port: 5061, protocol: sip-tls, tls: [TLSv1.2, TLSv1.3], identities: [callmanager], ciphers: "ECDHE+AES"}
      - {port: 6972, protocol: tftp-https, tls: [TLSv1.2, TLSv1.3], identities: [tomcat], ciphers: "ECDHE+AESGCM"}
    nodes: [{name: cucm-pub, address: 127.20.1.1}]
  - name: hq-cuc
    product: cuc
    release: 14SU3
    certificates: {tomcat: {issuer: root}}
    interfaces: [{port: 143, protocol: imap, tls: [TLSv1.2, TLSv1.2], identities: [tomcat], ciphers: "ECDHE+AESGCM"}]
    nodes: [{name: cuc, address: 127.20.1.2}]
  - name: hq-expc
    product: expressway-c
    release: X14.3.7
    trust: [root]
    certificates: {server: {issuer: root}}
    interfaces: []
    nodes: [{name: expc1, address: 127.20.1.3}]
hops: [{from: hq-expc, to: "hq-cucm:5061"}, {from: hq-expc, to: "hq-cucm:6972"}]
"""
NAMES = {"cucm-pub.example.com": "127.20.1.1", "lab-cucm": "127.20.1.1", "cuc.example.com": "127.20.1.2"}
# Addresses of the examples, and where in the estate what answers there comes from.
RELAYS = {("10.0.0.11", 443): 8443, ("10.0.0.11", 8443): 8443, ("10.0.0.11", 5061): 5061, ("10.1.0.7", 443): 8443}


async def _pump(reader, writer):
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    writer.close()


async def _relay():
    for (address, port), to in RELAYS.items():
        async def serve(reader, writer, to=to):
            there = await asyncio.open_connection("127.20.1.1", to)
            await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
        await asyncio.start_server(serve, address, port)


def start_relays():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(_relay())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return lambda: loop.call_soon_threadsafe(loop.stop)


def examples_of(command):
    told = ucready(command, "--help").stdout.split("Examples:\n")[1].splitlines()
    return [shlex.split(line, comments=True)[1:] for line in told if line.startswith("  ucready ")]


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs addresses and names of its own: run as root with script/private-network")
class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for address in ("10.0.0.11/32", "10.1.0.0/24"):
            subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=True)
        cls.lab = lab.stand_up(cls.addClassCleanup, ESTATE, 0)
        cls.addClassCleanup(start_relays())
        with recorded(cls.lab / "visits.pcap"):
            subprocess.run([LAB, "visit", cls.lab / "estate.yaml", "--dir", cls.lab / "lab"], check=True, capture_output=True)

    def setUp(self):
        """A folder in which there is what the examples speak of: a site file and a database with a capture of it."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "hosts").write_text("".join(f"{address} {name}\n" for name, address in NAMES.items()))
        (self.folder / "hq.yaml").symlink_to(self.lab / "lab/site.yaml")
        (self.folder / "pki").symlink_to(self.lab / "lab/pki")
        done = ucready("capture", "-r", self.lab / "visits.pcap", "--site", "hq.yaml", "--db", "hq.db", cwd=self.folder)
        self.assertEqual(DONE, done.returncode, done.stderr)

    def interrupt_a_scan(self):
        scan = started("scan", "--site", "hq.yaml", "--db", "hq.db", "--rate", 0.5, cwd=self.folder)
        time.sleep(1)
        scan.send_signal(2)
        scan.communicate(timeout=20)

    def run_all(self, command):
        examples = examples_of(command)
        self.assertGreater(len(examples), 4)
        for words in examples:
            if "--resume" in words:
                self.interrupt_a_scan()
                hour = time.localtime().tm_hour  # Whatever hour it is when this is run.
                words[words.index("--window") + 1] = f"{(hour - 1) % 24:02}:00-{(hour + 2) % 24:02}:00"
            done = subprocess.run(["unshare", "--mount", "sh", "-c", 'mount --bind hosts /etc/hosts && exec "$@"', "sh", UCREADY, *words],
                                  cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
            self.assertEqual(DONE, done.returncode, f"{words}: {done.stdout}{done.stderr}")

    def test_of_scan(self):
        self.run_all("scan")

    def test_of_profile(self):
        self.run_all("profile")


if __name__ == "__main__":
    unittest.main()
