"""scan --trust-lists: the lists that phones load are fetched from a CUCM node, kept as bytes, and trust follows from them."""

import http.server
import socketserver
import ssl
import tempfile
import threading
import unittest
from pathlib import Path

import lab
from pki import Pki
from processes import in_private_network
from program import DONE, PARTLY, rows, ucready

ESTATE = """site: x
domain: x.example
organisation: X
authorities: [{name: root, subject: {CN: X Root}}]
shared:
  tftp: &tftp {port: 6972, protocol: tftp-https, tls: [TLSv1.2, TLSv1.3], identities: [tomcat], client_auth: request, client_ca: [root]}
clusters:
  - name: one
    product: cucm
    release: 14SU3
    certificates: {tomcat: {issuer: root}, callmanager: {issuer: root}, callmanager-ecdsa: {key: p256}, tvs: {}}
    interfaces: [*tftp, {port: 6971, protocol: tftp-https, identities: [callmanager]}]
    nodes: [{name: one-1, address: 127.15.0.1}]
  - name: two
    product: cucm
    release: 14SU3
    certificates: {tomcat: {issuer: root}, callmanager: {issuer: root}}
    interfaces: [*tftp]
    nodes: [{name: two-1, address: 127.15.0.2}, {name: two-2, address: 127.15.0.3}]
  - {name: none, product: cucm, release: 14SU3, certificates: {tomcat: {issuer: root}}, interfaces: [*tftp], nodes: [{name: none-1, address: 127.15.0.4}]}
  - {name: phones, product: phone, model: "8845", release: "14.2", count: 9}
  - {name: others, product: phone, model: "8845", release: "14.2", count: 9}
hops: [{from: phones, to: one:6972}, {from: others, to: two:6972}]
"""


@unittest.skipUnless(in_private_network(), "the lists' ports are fixed: run with script/private-network")
class TrustLists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = lab.stand_up(cls.addClassCleanup, ESTATE, 0)
        cls.site, cls.db = cls.folder / "lab/site.yaml", cls.folder / "x.db"
        cls.scan = ucready("scan", "--site", cls.site, "--db", cls.db, "--trust-lists")
        if cls.scan.returncode != DONE:
            raise RuntimeError(cls.scan.stderr)

    def test_each_node_that_has_lists_gave_them(self):
        seen = rows(self.db, "SELECT node, name, source FROM fetched_trust_list ORDER BY node, name")
        self.assertEqual([(node, name) for node in ("one-1", "two-1", "two-2") for name in ("CTLFile.tlv", "ITLFile.tlv")],
                         [(row["node"], row["name"]) for row in seen])
        self.assertEqual("https://127.15.0.1:6972/CTLFile.tlv", seen[0]["source"])

    def test_the_bytes_are_a_whole_list_with_a_valid_signature(self):
        for row in rows(self.db, "SELECT node, name, bytes FROM fetched_trust_list"):
            path = self.folder / f"{row['node']}-{row['name']}"
            path.write_bytes(row["bytes"])
            shown = ucready("trust", "show", path)
            self.assertEqual(DONE, shown.returncode, shown.stderr)
            self.assertIn("signature valid", shown.stdout)

    def test_the_lists_are_shown_from_the_database(self):
        shown = ucready("trust", "show", "--db", self.db, "--format", "csv")
        self.assertEqual(DONE, shown.returncode, shown.stderr)
        for row in rows(self.db, "SELECT source FROM fetched_trust_list"):
            self.assertIn(row["source"], shown.stdout)
        one = ucready("trust", "show", "--db", self.db, "--cluster", "two")
        sources = {row["source"]: row["cluster"] for row in rows(self.db, "SELECT source, cluster FROM fetched_trust_list")}
        self.assertEqual({source for source, cluster in sources.items() if cluster == "two"}, {source for source in sources if source in one.stdout})
        self.assertEqual(2, ucready("trust", "show", "--db", self.db, "--cluster", "nobody").returncode)

    def test_phones_trust_what_all_nodes_of_their_cluster_serve_alike(self):
        trusted = rows(self.db, "SELECT kind, key_type, roles FROM v_trust WHERE cluster = 'phones' AND store = 'itl'")
        self.assertEqual({("rsa", "SAST,CCM+TFTP"), ("ecdsa", "CCM+TFTP"), ("rsa", "TVS")}, {(row["key_type"], row["roles"]) for row in trusted})
        self.assertEqual({"pinned"}, {row["kind"] for row in trusted})

    def test_each_node_is_kept_with_the_list_that_it_hands_out(self):
        lists = rows(self.db, "SELECT node, name, cluster FROM fetched_trust_list")
        kept = rows(self.db, "SELECT DISTINCT cluster, node FROM v_trust WHERE store = 'itl' AND node <> ''")
        self.assertEqual({(row["cluster"], row["node"]) for row in lists}, {(row["cluster"], row["node"]) for row in kept})

    def test_nothing_is_assumed_where_nodes_differ(self):
        self.assertEqual([], rows(self.db, "SELECT 1 FROM v_trust WHERE cluster = 'others'"))
        self.assertIn("the trust lists of the nodes of two differ", self.scan.stderr)
        self.assertIn("6 trust lists fetched; 1 stores are known by them", self.scan.stderr)

    def test_who_has_none_is_named_with_the_reason(self):
        self.assertIn("ucready: none/none-1 127.15.0.4 gave no trust list: https 6972: HTTP status 404\n", self.scan.stderr)
        self.assertEqual(1, self.scan.stderr.count("gave no trust list"), self.scan.stderr)

    def test_without_the_option_none_is_asked_for(self):
        database = self.folder / "without.db"
        self.assertEqual(DONE, ucready("scan", "--site", self.site, "--db", database).returncode)
        self.assertEqual([], rows(database, "SELECT 1 FROM fetched_trust_list"))


@unittest.skipUnless(in_private_network(), "the lists' ports are fixed: run with script/private-network")
class InClear(unittest.TestCase):
    """Where HTTPS does not answer, HTTP 6970 is asked; what is no list is not kept."""

    def scanned(self, body):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.15.1.1", 6970), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with tempfile.TemporaryDirectory() as folder:
            site, database = Path(folder, "site.yaml"), Path(folder, "x.db")
            site.write_text("site: x\nclusters:\n  - {name: c, product: cucm, interfaces: [{port: 6972, protocol: tftp-https}],"
                            " nodes: [{name: n, address: 127.15.1.1}]}\n")
            scan = ucready("scan", "--site", site, "--db", database, "--trust-lists", "--timeout", "2")
            self.assertIn(scan.returncode, (DONE, PARTLY), scan.stderr)
            return rows(database, "SELECT name, source, size FROM fetched_trust_list ORDER BY name"), scan

    def test_http_is_the_second_way(self):
        # Version 1.2 and a header of 14 bytes, then nothing: begins as a list does, and is none that could be read.
        lists, scan = self.scanned(bytes.fromhex("0100020102020002000e") + b"\0\0\0\0")
        self.assertEqual([("CTLFile.tlv", "http://127.15.1.1:6970/CTLFile.tlv", 14), ("ITLFile.tlv", "http://127.15.1.1:6970/ITLFile.tlv", 14)],
                         [tuple(row.values()) for row in lists])
        self.assertIn("http://127.15.1.1:6970/ITLFile.tlv: ", scan.stderr)

    def test_what_is_too_long_or_no_list_is_left(self):
        for body in (b"x" * 6_000_000, bytes.fromhex("0100020102020002000e") + b"\0" * 6_000_000, b"<html>login</html>", b""):
            with self.subTest(size=len(body)):
                lists, scan = self.scanned(body)
                self.assertEqual([], lists)
                self.assertRegex(scan.stderr, "ucready: c/n 127.15.1.1 gave no trust list: state closed")
                self.doCleanups()


@unittest.skipUnless(in_private_network(), "the lists' ports are fixed: run with script/private-network")
class InsteadOfAList(unittest.TestCase):
    """Who answers something else inside TLS is named with what it was."""

    ANSWERS = {"page": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlogin", "login": b"HTTP/1.1 401 \x1b[2J\r\nContent-Length: 0\r\n\r\n",
               "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + bytes.fromhex("0100020102020002000e"), "mute": b""}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        pki = Pki(Path(folder.name, "pki"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki.path("rsa.pem"), pki.path("rsa.key"))
        lines = []
        for i, (name, answer) in enumerate(cls.ANSWERS.items(), 1):
            cls.serve(context, f"127.15.2.{i}", answer)
            lines.append(f"{{name: {name}, address: 127.15.2.{i}}}")
        cls.site, cls.db = Path(folder.name, "site.yaml"), Path(folder.name, "x.db")
        cls.site.write_text("site: x\nclusters:\n  - {name: c, product: cucm, interfaces: [{port: 6972, protocol: tftp-https}],"
                            f" nodes: [{', '.join(lines)}]}}\n")
        cls.scan = ucready("scan", "--site", cls.site, "--db", cls.db, "--trust-lists", "--no-identify", "--timeout", "2")

    @classmethod
    def serve(cls, context, address, answer):
        class Answer(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    with context.wrap_socket(self.request, server_side=True) as inside:
                        if inside.recv(4096):
                            inside.sendall(answer)
                except OSError:
                    pass

        server = socketserver.ThreadingTCPServer((address, 6972), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)

    def told_of(self, name):
        return [line for line in self.scan.stderr.splitlines() if line.startswith(f"ucready: c/{name} ")]

    def test_each_is_named_with_the_reason(self):
        self.assertEqual(DONE, self.scan.returncode, self.scan.stderr)
        for name, reason in (("page", "the answer is no trust list"), ("login", "HTTP status 401"), ("cut", "the answer is cut short"),
                             ("mute", "no answer, or none that went on to its end")):
            self.assertEqual(1, len(self.told_of(name)), self.scan.stderr)
            self.assertIn(f"gave no trust list: https 6972: {reason}; http 6970: no answer", self.told_of(name)[0])
        self.assertIn("0 trust lists fetched", self.scan.stderr)
        self.assertNotIn("\x1b", self.scan.stderr)

    def test_the_reason_is_kept(self):
        kept = rows(self.db, "SELECT value, detail FROM v_interface_trait WHERE trait = 'trust_lists' AND node = 'login'")
        self.assertEqual([0], [row["value"] for row in kept])
        self.assertIn("HTTP status 401", kept[0]["detail"])

    def test_a_scan_that_asks_nobody_for_lists_says_so(self):
        done = ucready("scan", "https://127.15.2.1:6972", "--db", self.db.with_name("y.db"), "--trust-lists", "--no-identify", "--timeout", "2")
        self.assertIn("nobody was asked for trust lists", done.stderr)


if __name__ == "__main__":
    unittest.main()
