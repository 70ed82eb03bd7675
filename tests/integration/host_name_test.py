"""Hosts that are given by name: every address of the name is the host, and the name is what clients ask for."""

import contextlib
import os
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from fake_server import FakeServer, refuse
from processes import in_private_network
from program import UCREADY, rows, site_of_nodes

UNRECOGNIZED_NAME = bytes.fromhex("15030100020270")
NAMED = "mount --bind \"$0\" /etc/hosts && exec \"$@\""


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs names of its own: run as root with script/private-network")
class HostNames(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "x.db"

    def scan(self, names, *words):
        hosts = self.folder / "hosts"
        hosts.write_text("".join(f"{address} {name}\n" for address, name in names))
        command = ["unshare", "--mount", "sh", "-c", NAMED, hosts, UCREADY, "scan", "--db", self.database, *words]
        return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120)

    def test_of_several_addresses_the_one_that_takes_connections_is_asked_and_kept(self):
        with FakeServer(refuse) as server:
            names = [("::1", "dual.test"), ("127.20.0.1", "dual.test"), ("127.20.0.2", "dual.test")]
            self.scan(names, f"https://dual.test:{server.port}")
        self.assertEqual(["127.20.0.1"], list(server.visits))
        self.assertEqual([{"address": "127.20.0.1", "state": "tls"}],
                         rows(self.database, "SELECT address, state FROM v_interface"))

    def test_where_no_address_answers_the_first_is_kept(self):
        self.scan([("127.20.0.1", "shut.test"), ("127.20.0.2", "shut.test")], "https://shut.test:1")
        self.assertEqual([{"address": "127.20.0.1", "state": "closed"}],
                         rows(self.database, "SELECT address, state FROM v_interface"))

    def test_what_was_seen_by_name_is_not_asked_again(self):
        names = [("127.20.0.1", "again.test")]
        with FakeServer(refuse) as server:
            targets = [f"https://again.test:{server.port}", f"https://[::FFFF:127.20.0.1]:{server.port}"]
            self.scan(names, *targets)
            asked = server.connections
            self.assertGreater(asked, 0)
            with contextlib.closing(sqlite3.connect(self.database)) as database, database:
                database.execute("UPDATE run SET status = 'partial'")
            self.scan(names, "--resume", *targets)
            self.assertEqual(asked, server.connections)

    def test_a_site_files_node_is_asked_by_its_name_as_a_target_is(self):
        hellos = []

        async def refuse_whoever_calls_no_name(reader, writer):
            hellos.append(await reader.read(4096))
            writer.write(UNRECOGNIZED_NAME)
            await writer.drain()

        names = [("127.20.0.1", "node.test")]
        with FakeServer(refuse_whoever_calls_no_name) as server:
            site = site_of_nodes(self.folder / "site.yaml", ["node.test"], [(server.port, "https", "")])
            for words in ((f"https://node.test:{server.port}",), ("--site", site)):
                hellos.clear()
                self.scan(names, *words)
                self.assertEqual({True, False}, {b"node.test" in hello for hello in hellos}, words)


if __name__ == "__main__":
    unittest.main()
