"""A scan that learned nothing says so and exits 3, whatever was asked and however the servers kept silent."""

import json
import tempfile
import unittest
from pathlib import Path

from fake_server import FakeServer, hang, refuse
from pki import Pki
from processes import Processes, free_port
from program import DONE, PARTLY, rows, site_of_nodes, ucready

HELLO = "0100002b" + "0303" + "00" * 32 + "00" + "0004" + "c02fc02b" + "0100"
SAID = "nothing was learned"


async def close(reader, writer):
    """Ends every connection without a word."""


async def close_after_hello(reader, writer):
    await reader.read(4096)


async def reset(reader, writer):
    await reader.read(4096)
    writer.transport.abort()


SILENT = {"hang": hang, "close": close, "close_after_hello": close_after_hello, "reset": reset}


class NothingLearned(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / "x.db"

    def scan(self, target, *words):
        return ucready("scan", target, "--db", self.database, "--timeout", 1, "--rate", 1000, *words)

    def check(self, done):
        self.assertEqual(PARTLY, done.returncode, done.stderr)
        self.assertIn(SAID, done.stderr)

    def check_depth(self, depth, behaviour):
        with FakeServer(behaviour) as server:
            self.check(self.scan(f"https://127.0.0.1:{server.port}", "--depth", depth))
            self.assertGreater(server.connections, 0)
        seen = rows(self.database, "SELECT state FROM v_interface")
        self.assertEqual(1, len(seen))
        self.assertNotEqual("tls", seen[0]["state"])
        self.assertEqual([], rows(self.database, "SELECT * FROM v_interface_version WHERE outcome = 'accepted'"))

    def test_nobody_listens(self):
        for depth in ("versions", "quick", "full"):
            self.check(self.scan(f"https://127.0.0.1:{free_port()}", "--depth", depth))

    def test_trust_lists_of_nobody(self):
        site = self.folder / "site.yaml"
        site.write_text(f"site: x\nclusters:\n  - {{name: c, product: cucm, interfaces: [{{port: {free_port()}, protocol: tftp-https}}],"
                        " nodes: [{name: n, address: 127.0.0.1}]}\n")
        self.check(ucready("scan", "--site", site, "--db", self.database, "--timeout", 1, "--trust-lists"))

    def test_one_that_answers_is_enough(self):
        async def no_tls(reader, writer):
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()

        with FakeServer(no_tls) as server:
            done = ucready("scan", f"https://127.0.0.1:{server.port}", f"https://127.0.0.1:{free_port()}", "--db", self.database, "--timeout", 1)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertNotIn(SAID, done.stderr)

    def test_nothing_but_refusals(self):
        for depth in ("versions", "quick", "full"):
            with FakeServer(refuse) as server:
                done = self.scan(f"https://127.0.0.1:{server.port}", "--depth", depth)
            self.check(done)
            self.assertIn("no interface negotiated anything", done.stderr)
            self.assertIn("1 interface answered, 1 of them negotiated nothing", done.stdout)
            remedy = rows(self.database, "SELECT remedy FROM v_finding WHERE rule = 'nothing-negotiated' ORDER BY run_id DESC")[0]["remedy"]
            self.assertEqual(depth != "full", "--legacy" in remedy, "full has asked so already")
            self.assertNotIn("No findings", ucready("report", "--db", self.database).stdout)

    def test_of_hops_to_who_refuses_all_nothing_is_forecast(self):
        site = self.folder / "site.yaml"
        with FakeServer(refuse, "127.0.0.1") as server:
            site.write_text(f"""site: x
clusters:
  - {{name: c, product: cucm, release: 14SU3, interfaces: [], nodes: [{{name: n, address: 127.0.0.2}}]}}
  - {{name: s, product: cucm, release: 14SU3, interfaces: [{{port: {server.port}, protocol: https}}], nodes: [{{name: n, address: 127.0.0.1}}]}}
hops:
  - {{from: c, to: s:{server.port}}}
""")
            self.check(ucready("scan", "--site", site, "--db", self.database, "--timeout", 1))
        done = ucready("plan", "--db", self.database)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual([{"outcome": "unknown"}], rows(self.database, "SELECT DISTINCT outcome FROM v_forecast"))

    def test_one_that_negotiates_is_enough(self):
        processes = Processes()
        self.addCleanup(processes.stop)
        pki = Pki(processes.folder / "pki")
        port = free_port()
        processes.start("open", ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", pki.path("rsa.pem"), "-key", pki.path("rsa.key")], port)
        with FakeServer(refuse) as server:
            done = self.scan(f"https://127.0.0.1:{server.port}", f"https://127.0.0.1:{port}")
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertNotIn(SAID, done.stderr)
        self.assertIn("2 interfaces answered, 1 of them negotiated nothing", done.stdout)

    def test_one_that_answers_by_name_alone_is_said_to_need_it(self):
        processes = Processes()
        self.addCleanup(processes.stop)
        pki = Pki(processes.folder / "pki")
        port = free_port()
        both = processes.write("both.pem", pki.path("rsa.pem").read_text() + pki.path("rsa.key").read_text())
        names = processes.write("names", f"{both} cucm.test\n")
        config = processes.write("strict.cfg", f"""
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind 127.0.0.1:{port} ssl crt-list {names} strict-sni
  http-request return status 200
""")
        processes.start("strict", ["haproxy", "-db", "-f", config], port)
        self.check(self.scan(f"https://127.0.0.1:{port}"))
        found = rows(self.database, "SELECT evidence, remedy FROM v_finding WHERE rule = 'nothing-negotiated'")
        self.assertEqual(1, len(found))
        self.assertIn("asked without a name: TLSv1.0 refused (unrecognized_name)", found[0]["evidence"])
        self.assertIn("server_name of this interface in the site file", found[0]["remedy"])
        site = site_of_nodes(self.folder / "site.yaml", ["127.0.0.1"], [(port, "https", "cucm.test")])
        by_name = self.folder / "by-name.db"
        self.assertEqual(DONE, ucready("scan", "--site", site, "--db", by_name).returncode)
        self.assertEqual([], rows(by_name, "SELECT * FROM v_finding WHERE rule = 'nothing-negotiated'"))

    def check_replay(self, behaviour):
        profile = self.folder / "profile.json"
        profile.write_text(json.dumps({"ucready_profile": 1, "offers": [{"client": "a", "protocol": "https", "hello": HELLO}]}))
        self.assertEqual(DONE, ucready("profile", "apply", profile, "--db", self.database).returncode)
        with FakeServer(behaviour) as server:
            done = ucready("scan", "--as", "a", "--db", self.database, "--timeout", 1, f"https://127.0.0.1:{server.port}")
            self.check(done)
            self.assertNotIn("ucready plan", done.stderr)
            self.assertGreater(server.connections, 0)
        self.assertEqual([], rows(self.database, "SELECT * FROM v_offer_answer WHERE outcome IN ('answered', 'refused', 'retried')"))


for name_, behaviour_ in SILENT.items():
    for depth_ in ("versions", "quick", "full"):
        setattr(NothingLearned, f"test_{name_}_at_{depth_}", lambda self, depth=depth_, how=behaviour_: self.check_depth(depth, how))
    setattr(NothingLearned, f"test_{name_}_as_a_client", lambda self, how=behaviour_: self.check_replay(how))


if __name__ == "__main__":
    unittest.main()
