"""A server that goes away in the middle of an audit: what is missing is told on screen, in the report and in its tables."""

import asyncio
import csv
import io
import tempfile
import unittest
from pathlib import Path

import servers
from fake_server import FakeServer
from pki import Pki
from processes import Processes
from program import DONE, rows, ucready

FIRST = 30  # Connections; the versions take six, the lists of one that has every suite some eighty more.


def first_few_to(port):
    """Passes the first connections on to a real server and hangs up on all others."""
    seen = 0

    async def pump(reader, writer):
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def relay(reader, writer):
        nonlocal seen
        seen += 1
        if seen > FIRST:
            return writer.transport.abort()
        behind = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer))

    return relay


class UnfinishedLists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        processes = Processes()
        cls.addClassCleanup(processes.stop)
        whole = servers.openssl_dual(processes, Pki(processes.folder / "pki"))
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.database = Path(folder.name) / "x.db"
        with FakeServer(first_few_to(whole.port), "127.0.0.1") as server:
            cls.port = server.port
            cls.scan = ucready("scan", "--depth", "full", "--no-identify", "--timeout", 2, "--rate", 1000, "--db", cls.database,
                               f"tls://127.0.0.1:{server.port}")

    def test_what_was_asked_is_done_and_what_is_missing_is_said(self):
        self.assertEqual(DONE, self.scan.returncode, self.scan.stderr)
        self.assertIn("1 interface with lists that were not read to their end:", self.scan.stderr)
        self.assertRegex(self.scan.stderr, rf"\n  127\.0\.0\.1 port {self.port}: .*TLSv1\.2 suites")

    def test_the_table_does_not_take_what_it_has_for_all(self):
        self.assertRegex(self.scan.stdout, r"; \d+ suites, not all\b")

    def test_the_report_has_it_as_a_finding(self):
        told = ucready("report", "--db", self.database, "--format", "csv").stdout
        found = [row for row in csv.DictReader(io.StringIO(told)) if row["rule"] == "incomplete-list"]
        self.assertEqual(["low"], [row["severity"] for row in found])
        self.assertIn("TLSv1.2 suites", found[0]["evidence"])
        lacking = rows(self.database, "SELECT DISTINCT version FROM v_interface_trait WHERE trait LIKE '%_complete' AND value = 0")
        for row in lacking:
            self.assertIn(row["version"], found[0]["evidence"])


if __name__ == "__main__":
    unittest.main()
