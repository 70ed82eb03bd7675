"""What systems say of themselves: the lab's, which answer as the real ones do, and servers that answer what they should not."""

import json
import shutil
import socket
import ssl
import threading
import unittest

import lab
from pki import Pki
from processes import Processes, free_port, in_private_network
from program import DONE, rows, site_of_nodes, ucready

OFFSET = 0 if in_private_network() else 20000

ESTATE = """site: x
domain: x.example
organisation: X
authorities: [{name: root, subject: {CN: X Root}}]
shared: {tls: &tls [TLSv1.2, TLSv1.3]}
clusters:
  - name: call
    product: cucm
    release: 15SU4a
    target: 15SU5
    tells: 14SU3
    certificates: {tomcat: {issuer: root}}
    interfaces: [{port: 8443, protocol: https, tls: *tls, identities: [tomcat]}, {port: 5061, protocol: sip-tls, tls: *tls, identities: [tomcat]}]
    nodes: [{name: call-1, address: 127.13.0.1}]
  - name: voice
    product: cuc
    target: 15SU4a
    tells: 14SU3
    certificates: {tomcat: {issuer: root}}
    interfaces: [{port: 8443, protocol: https, tls: *tls, identities: [tomcat]}, {port: 143, protocol: imap, tls: *tls, identities: [tomcat]}]
    nodes: [{name: voice-1, address: 127.13.0.2}, {name: voice-2, address: 127.13.0.3}]
  - name: edge
    product: expressway-c
    release: X14.3.7
    target: X15.5
    certificates: {server: {issuer: root}}
    interfaces: [{port: 443, protocol: https, tls: *tls, identities: [server]}, {port: 5061, protocol: sip-tls, tls: *tls, identities: [server], client_auth: request, client_ca: [root]}]
    nodes: [{name: edge-1, address: 127.13.0.4}, {name: edge-2, address: 127.13.0.5, tells: X12.7.1}]
  - name: chat
    product: cucm
    release: 14SU3
    certificates: {tomcat: {issuer: root}}
    interfaces: [{port: 8443, protocol: https, tls: *tls, identities: [tomcat], http: {/: "<a href='/cupadmin'>IM and Presence</a>", /cucm-uds/version: gone}}]
    nodes: [{name: chat-1, address: 127.13.0.6}]
  - name: silent
    product: cucm
    release: 14SU3
    certificates: {tomcat: {issuer: root}}
    interfaces: [{port: 5061, protocol: sip-tls, tls: *tls, identities: [tomcat], client_auth: require, client_ca: [root]}]
    nodes: [{name: silent-1, address: 127.13.0.7}]
hops:
  - {from: edge, to: voice:8443}
"""


def ok(done):
    if done.returncode != DONE:
        raise RuntimeError(f"{done.args} exited {done.returncode}: {done.stderr}")
    return done.stdout


class TheLab(unittest.TestCase):
    """An estate of which some say what the site file says, some another thing, and of one it says nothing."""

    @classmethod
    def setUpClass(cls):
        cls.folder = lab.stand_up(cls.addClassCleanup, ESTATE, OFFSET)
        cls.site = cls.folder / "lab/site.yaml"
        cls.db = cls.folder / "x.db"
        cls.table = ok(ucready("scan", "--site", cls.site, "--db", cls.db))

    def identified(self, database=None):
        seen = rows(database or self.db, "SELECT node, port, identified_product AS product, identified_release AS release, identified_by AS by FROM v_interface")
        return {(row["node"], row["port"] - OFFSET): (row["product"], row["release"], row["by"]) for row in seen}

    def test_each_interface_is_known_for_what_it_says(self):
        expected = {
            ("call-1", 8443): ("cucm", "14.0.1", "uds"),
            ("call-1", 5061): ("cucm", "14.0", "sip-options"),
            ("voice-1", 8443): ("cuc", "14.0.1.13900-42", "vmrest"),
            ("voice-1", 143): ("cuc", None, "imap-banner"),
            ("edge-1", 443): ("expressway-c", None, "expressway-login"),
            ("edge-1", 5061): ("expressway-c", "X14.3.7", "sip-options"),
            ("edge-2", 5061): ("expressway-c", "X12.7.1", "sip-options"),
            ("chat-1", 8443): ("imp", None, "web-page"),
            ("silent-1", 5061): (None, None, None),
        }
        seen = self.identified()
        self.assertEqual(expected, {key: seen[key] for key in expected})

    def test_the_table_tells_it(self):
        self.assertRegex(self.table, r"8443 https .*\n +says it is cuc 14\.0\.1\.13900-42\n")

    def facts(self, name):
        return {(row["cluster"], row["node"]): row["value"] for row in
                rows(self.db, "SELECT cluster, node, value FROM v_setting WHERE confidence = 'observed' AND name = ? ORDER BY cluster, node", name)}

    def test_a_release_that_names_one_is_a_fact_of_node_and_cluster(self):
        self.assertEqual({("edge", "edge-1"): "X14.3.7", ("edge", "edge-2"): "X12.7.1", ("voice", ""): "14SU3", ("voice", "voice-1"): "14SU3",
                          ("voice", "voice-2"): "14SU3"}, self.facts("release"))
        source = rows(self.db, "SELECT source FROM v_setting WHERE name = 'release' AND node = 'voice-1'")
        self.assertEqual([f"vmrest 127.13.0.2:{8443 + OFFSET}"], [row["source"] for row in source])

    def test_a_missing_release_is_filled_in_for_the_forecast(self):
        self.assertEqual([{"release": "14SU3"}], rows(self.db, "SELECT release FROM v_cluster WHERE cluster = 'voice'"))
        plan = json.loads(ok(ucready("plan", "--site", self.site, "--db", self.db, "--format", "json")))
        hops = plan if isinstance(plan, list) else next(value for value in plan.values() if isinstance(value, list) and value)
        self.assertEqual({"14SU3"}, {hop["server_release"] for hop in hops if hop["wave"] == 0 and hop["server"] == "voice"})

    def test_a_wrong_release_and_a_wrong_product_are_findings(self):
        found = rows(self.db, "SELECT node, evidence, confidence, severity FROM v_finding WHERE rule = 'release-mismatch' ORDER BY node")
        self.assertEqual({
            "call-1": f"it says 14.0 (sip-options 127.13.0.1:{5061 + OFFSET}); declared is 15SU4a",
            "chat-1": f"it says it is imp (web-page 127.13.0.6:{8443 + OFFSET}); declared is cucm",
            "edge-2": f"it says X12.7.1 (sip-options 127.13.0.5:{5061 + OFFSET}); declared is X14.3.7",
        }, {row["node"]: row["evidence"] for row in found if row["node"]})
        self.assertEqual({("observed", "medium")}, {(row["confidence"], row["severity"]) for row in found if row["node"]})
        self.assertTrue(any("X12.7.1 on edge-2" in row["evidence"] for row in found if not row["node"]))

    def test_nothing_is_asked_where_it_is_not_wanted(self):
        for words in (["--no-identify"], ["--depth", "versions"]):
            database = self.folder / f"{len(words)}.db"
            ok(ucready("scan", "--site", self.site, "--db", database, *words))
            self.assertEqual({(None, None, None)}, set(self.identified(database).values()))
            self.assertEqual([], rows(database, "SELECT * FROM v_setting WHERE confidence = 'observed'"))

    def test_a_bare_target_of_unknown_product_is_told_too(self):
        database = self.folder / "bare.db"
        told = ok(ucready("scan", f"https://127.13.0.2:{8443 + OFFSET}", f"sip-tls://127.13.0.4:{5061 + OFFSET}", "--db", database))
        self.assertIn("says it is cuc 14.0.1.13900-42\n", told)
        self.assertIn("says it is expressway-c or expressway-e X14.3.7\n", told)
        by = rows(database, "SELECT identified_by FROM v_interface WHERE identified_product = 'cuc'")
        self.assertEqual([{"identified_by": "web-page,vmrest"}], by)

    def test_a_dry_run_counts_the_questions(self):
        def connections(*words):
            return int(ok(ucready("scan", "--site", self.site, "--dry-run", *words)).rsplit("about ", 1)[1].split()[0])

        self.assertGreater(connections(), connections("--no-identify"))


XML = b"HTTP/1.1 200 OK\r\n\r\n<versionInformation><version>%s</version></versionInformation>"
HOSTILE = {
    "escape sequences": XML % b"14.0.1\x1b[2J\x1b]0;owned\x07",
    "markup": XML % b"<script>alert(14)</script>",
    "formula": XML % b"=cmd|'/C calc'!A0",
    "too long": XML % (b"1" * 60000),
    "endless": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000_000,
    "lying length": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "binary": bytes(range(256)) * 40,
    "empty": b"\r\n\r\n",
}


@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class Hostile(unittest.TestCase):
    """Nothing of what such a server says reaches the database or the terminal."""

    @classmethod
    def setUpClass(cls):
        cls.servers = Processes()
        cls.addClassCleanup(cls.servers.stop)
        cls.pki = Pki(cls.servers.folder / "pki")
        cls.port = free_port()
        cls.servers.start("hostile", ["openssl", "s_server", "-HTTP", "-accept", cls.port, "-cert", cls.pki.path("rsa.pem"), "-key",
                                      cls.pki.path("rsa.key")], cls.port)
        cls.page = cls.servers.write("cucm-uds/version", "")

    def test_only_harmless_words_are_kept(self):
        for name, answer in HOSTILE.items():
            with self.subTest(name):
                self.page.write_bytes(answer)
                database = self.servers.folder / f"{name}.db"
                site = site_of_nodes(self.servers.folder / "site.yaml", ["127.0.0.1"], [(self.port, "https", None)], "cucm")
                told = ok(ucready("scan", "--site", site, "--db", database, "--timeout", "3", "--rate", "1000", timeout=60))
                self.assertNotIn("\x1b", told)
                seen = rows(database, "SELECT identified_product AS product, identified_release AS release FROM v_interface")[0]
                self.assertIn(seen["product"], (None, "cucm"))
                self.assertIsNone(seen["release"])

    def test_the_same_server_is_believed_where_it_speaks_sense(self):
        self.page.write_bytes(XML % b"14.0.1")
        database = self.servers.folder / "sense.db"
        ok(ucready("scan", "--db", database, f"https://127.0.0.1:{self.port}", "--rate", "1000"))
        self.assertEqual([{"identified_release": "14.0.1"}], rows(database, "SELECT identified_release FROM v_interface"))


# s_server's options. Where there is code for what is agreed to, more than one connection would show that it failed.
HANDSHAKES = {
    "TLSv1.3 X25519": ["-tls1_3"],
    "TLSv1.3 P-384, after a retry": ["-tls1_3", "-groups", "P-384"],
    "TLSv1.3 ChaCha20": ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
    "TLSv1.3 without tickets": ["-tls1_3", "-num_tickets", "0"],
    "TLSv1.3 CCM": ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"],
    "TLSv1.3 with a certificate asked for": ["-tls1_3", "-verify", "1"],
    "TLSv1.2 GCM": ["-tls1_2", "-cipher", "ECDHE+AESGCM"],
    "TLSv1.2 ChaCha20, P-256, no ticket": ["-tls1_2", "-cipher", "ECDHE+CHACHA20", "-groups", "P-256", "-no_ticket"],
    "TLSv1.2 CBC": ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"],
    "TLSv1.2 RSA": ["-tls1_2", "-cipher", "AES256-GCM-SHA384"],
    "TLSv1.2 DHE": ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"],
    "TLSv1.2 P-521": ["-tls1_2", "-cipher", "ECDHE+AESGCM", "-groups", "P-521"],
    "TLSv1.0": ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
}


@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class EachHandshake(unittest.TestCase):
    """What a system says is heard through whatever it agrees to."""

    def test_carries_the_question_over_one_connection(self):
        servers = Processes()
        self.addCleanup(servers.stop)
        pki = Pki(servers.folder / "pki")
        servers.write("cucm-uds/version", "").write_bytes(XML % b"14.0.1" + b" " * 50_000)
        listening = {}
        for name, options in HANDSHAKES.items():
            listening[name] = free_port()
            servers.start(name.split()[0], ["openssl", "s_server", "-HTTP", "-accept", listening[name], "-cert", pki.path("rsa.pem"),
                                            "-key", pki.path("rsa.key"), *options], listening[name])
        site = site_of_nodes(servers.folder / "site.yaml", ["127.0.0.1"], [(port, "https", None) for port in listening.values()], "cucm")
        cost = {}
        for words in ([], ["--no-identify"]):
            database = servers.folder / f"{len(words)}.db"
            ok(ucready("scan", "--site", site, "--db", database, "--timeout", "5", "--rate", "1000", *words))
            for row in rows(database, "SELECT port, connections, identified_release AS release FROM interface"):
                cost.setdefault(row["port"], []).append(row["connections"])
                self.assertEqual(None if words else "14.0.1", row["release"], row["port"])
        self.assertEqual(dict.fromkeys(HANDSHAKES, 1), {name: cost[port][0] - cost[port][1] for name, port in listening.items()})


class Counting(unittest.TestCase):
    """A web server that nobody knows: each of the questions is asked, and a handshake is not made for each."""

    def paths_by_connection(self, keeps):
        servers = Processes()
        self.addCleanup(servers.stop)
        pki = Pki(servers.folder / "pki")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki.path("rsa.pem"), pki.path("rsa.key"))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        asked = []

        def answer(plain):
            try:
                with plain, context.wrap_socket(plain, server_side=True) as stream:
                    paths = []
                    while (request := stream.recv(4096)):
                        if not paths:
                            asked.append(paths)
                        paths.append(request.split()[1].decode())
                        stream.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone")
                        if not keeps:
                            return
            except OSError:
                return

        def serve():
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(plain,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        done = ucready("scan", f"https://127.0.0.1:{listener.getsockname()[1]}", "--db", servers.folder / "x.db", "--rate", "1000")
        ok(done)
        return asked

    def test_one_connection_carries_all_questions(self):
        asked = self.paths_by_connection(keeps=True)
        self.assertEqual(1, len(asked), asked)
        self.assertLessEqual({"/", "/cucm-uds/version", "/vmrest/version", "/login"}, set(asked[0]))
        self.assertEqual(len(set(asked[0])), len(asked[0]), "each once")

    def test_a_server_that_closes_after_an_answer_is_asked_all_the_same(self):
        asked = self.paths_by_connection(keeps=False)
        self.assertLessEqual({"/", "/cucm-uds/version", "/vmrest/version", "/login"}, {path for paths in asked for path in paths})
        self.assertEqual({1}, {len(paths) for paths in asked})


if __name__ == "__main__":
    unittest.main()
