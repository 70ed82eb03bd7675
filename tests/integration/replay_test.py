"""ucready scan --as: what a server answers to a client's recorded hello is what it answered to the client itself.

Real clients shake hands with real servers that have an RSA and an ECDSA certificate, while a capture runs. Each client says
itself which version, suite and certificate it got; then the capture's hellos are sent in its place.
"""

import hashlib
import json
import os
import re
import ssl
import subprocess
import unittest
from pathlib import Path

import servers
from oracles import iana_names
from pki import Pki
from processes import Processes, free_port, in_private_network
from program import DONE, USAGE, rows, ucready
from recorded_packets import recorded

SOURCES = Path(__file__).resolve().parent


def nginx_that_follows_the_client(processes, pki):
    return servers.nginx(processes, pki, own_order=False)


# Those with both certificates. HAProxy chooses by the name, NSS by its own order.
STARTERS = [servers.nginx, nginx_that_follows_the_client, servers.haproxy, servers.jsse, servers.gnutls, servers.openssl_dual]

NAME = "cucm-pub.nordwind.test"


def digest_of_pem(text):
    pem = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.S)
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.group(0) + "\n")).hexdigest()


class Openssl:
    def __init__(self, *words):
        self.words = words

    def connect(self, port, weak):
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts", "-legacy_server_connect", *self.words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, env={**os.environ, "OPENSSL_CONF": str(weak)})
        agreed = re.search(r"^New, (\S+), Cipher is (\S+)$", done.stdout, re.M)
        version = re.search(r"^    Protocol  : (\S+)$", done.stdout, re.M)
        if not agreed or agreed[2] == "(NONE)":
            raise RuntimeError(f"openssl s_client {' '.join(self.words)}: {done.stdout}{done.stderr}")
        name = agreed[2] if agreed[2].startswith("TLS_") else {own: iana for iana, own in iana_names().items()}[agreed[2]]
        return (version[1] if version else agreed[1]).replace("TLSv1.0", "TLSv1"), name, digest_of_pem(done.stdout)


class Gnutls:
    def __init__(self, priority):
        self.priority = priority

    def connect(self, port, weak):
        done = subprocess.run(["gnutls-cli", "--insecure", "--print-cert", "--sni-hostname", NAME, "--priority", self.priority, "-p", str(port),
                               "127.0.0.1"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        # "- Description: (TLS1.3)-(ECDHE-SECP256R1)-(RSA-PSS-RSAE-SHA256)-(AES-256-GCM)"
        version = re.search(r"^- Description: \(TLS(1\.\d)", done.stdout, re.M)
        if not version:
            raise RuntimeError(f"gnutls-cli: {done.stdout}{done.stderr}")
        return f"TLSv{version[1]}".replace("TLSv1.0", "TLSv1"), None, digest_of_pem(done.stdout)


class Java:
    def __init__(self, *words):
        self.words = words

    def connect(self, port, weak):
        done = subprocess.run(["java", "-XX:TieredStopAtLevel=1", SOURCES / "JsseClient.java", "127.0.0.1", str(port), *self.words],
                              capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError(f"JsseClient: {done.stderr}")
        return tuple(done.stdout.split())


# How clients of UC systems differ: by the order of suites, by the order of schemes, by versions, by whether they name the server.
CLIENTS = {
    "openssl": Openssl("-servername", NAME),
    "openssl_without_a_name": Openssl("-noservername"),
    "rsa_first": Openssl("-servername", NAME, "-cipher", "aRSA:aECDSA:@SECLEVEL=0", "-sigalgs", "RSA-PSS+SHA256:ECDSA+SHA256:RSA+SHA256"),
    "ecdsa_first": Openssl("-servername", NAME, "-cipher", "aECDSA:aRSA:@SECLEVEL=0", "-sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256"),
    "tls12_rsa_first": Openssl("-servername", NAME, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384"),
    "tls12_ecdsa_first": Openssl("-servername", NAME, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"),
    "tls10": Openssl("-servername", NAME, "-tls1", "-cipher", "ALL:@SECLEVEL=0"),
    "p384_first": Openssl("-servername", NAME, "-groups", "P-384:P-256"),
    "gnutls": Gnutls("NORMAL"),
    "gnutls_rsa_only": Gnutls("NORMAL:-SIGN-ECDSA-SHA256:-SIGN-ECDSA-SECP256R1-SHA256"),
    "java": Java(),
    "java_tls12": Java("TLSv1.2"),
}


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
class Replays(unittest.TestCase):
    """One test a client, made below: each shakes hands with every server."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.pki = Pki(cls.processes.folder / "pki")
        cls.listening = {start.__name__: start(cls.processes, cls.pki) for start in STARTERS}
        cls.names = {server.port: name for name, server in cls.listening.items()}

    def captured(self, database, client, names=None):
        """What the client got of each server that would have it, while a capture ran. `names`: by port; else all."""
        names = names or self.names
        got = {}
        packets = database.with_suffix(".pcap")
        with recorded(packets):
            for port, name in names.items():
                try:
                    got[name] = client.connect(port, self.processes.weak)
                except RuntimeError as refused:
                    got[name] = None
                    self.refused[name] = str(refused)
        ports = " or ".join(f"tcp port {port}" for port in names)
        read = ucready("capture", "-r", packets, "--db", database, "--filter", ports)
        self.assertEqual(DONE, read.returncode, read.stderr)
        return got

    def check(self, name):
        self.refused = {}
        database = self.processes.folder / f"{name}.db"
        got = self.captured(database, CLIENTS[name])
        self.assertGreater(len(got) - len(self.refused), len(got) / 2, self.refused)

        done = ucready("scan", "--as", "127.0.0.1", "--db", database, "--rate", 100)

        self.assertEqual(DONE, done.returncode, done.stderr)
        answers = rows(database, "SELECT port, outcome, version, cipher, certificate_sha256 FROM v_offer_answer")
        self.assertEqual(len(self.names), len(answers), done.stdout)
        for answer in answers:
            server = self.names[answer["port"]]
            if got[server] is None:
                continue  # The client itself may have broken off, over what it was shown.
            version, cipher, leaf = got[server]
            self.assertEqual(("answered", version, leaf), (answer["outcome"], answer["version"].replace("TLSv1.0", "TLSv1"),
                                                           answer["certificate_sha256"]), server)
            if cipher:
                self.assertEqual(cipher, answer["cipher"], server)

    def test_behind_a_group_that_few_use_the_leaf_is_read(self):
        """P-521; tests of hybrid groups tell what is said behind one that there is no code for."""
        self.refused = {}
        database = self.processes.folder / "p521.db"
        got = {name: told for name, told in self.captured(database, Openssl("-servername", NAME, "-tls1_3", "-groups", "P-521")).items() if told}
        self.assertGreater(len(got), 2, self.refused)
        self.assertEqual(DONE, ucready("scan", "--as", "127.0.0.1", "--db", database, "--rate", 100).returncode)
        answers = {self.names[row["port"]]: row for row in rows(database, "SELECT * FROM v_offer_answer")}
        for name, told in got.items():
            self.assertEqual(("answered", *told, "secp521r1"), self.answer(answers[name]), name)

    def test_another_share_is_sent_where_the_server_wants_it(self):
        self.refused = {}
        port = free_port()
        self.processes.start("p521", ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", self.pki.path("rsa.pem"), "-key",
                                      self.pki.path("rsa.key"), "-groups", "P-521"], port)
        database = self.processes.folder / "retried.db"
        got = self.captured(database, Openssl("-servername", NAME, "-tls1_3", "-groups", "X25519:P-521"), {port: "p521"})
        self.assertTrue(got["p521"], self.refused)
        done = ucready("scan", "--as", "127.0.0.1", "--db", database, "--rate", 100)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual(("answered", *got["p521"], "secp521r1"), self.answer(rows(database, "SELECT * FROM v_offer_answer")[0]))

    @staticmethod
    def answer(row):
        return tuple(row[column] for column in ("outcome", "version", "cipher", "certificate_sha256", "group_name"))


for name_ in CLIENTS:
    setattr(Replays, f"test_{name_}", lambda self, name=name_: self.check(name))


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
class Planning(unittest.TestCase):
    """A client that trusts the authority of a server's RSA certificate, and not its ECDSA certificate, which signed itself."""

    SITE = """site: hq
clusters:
  - name: caller
    product: cucm
    release: 14SU3
    trust: [ca.pem]
    settings: {{stack: openssl-3}}
    nodes: [{{name: c1, address: 127.0.0.31}}]
  - name: served
    product: other
    interfaces: [{{port: {port}, protocol: https, server_name: cucm-pub.nordwind.test}}]
    nodes:
      - {{name: seen, address: 127.0.0.11}}
      - {{name: follows, address: 127.0.0.12}}
      - {{name: decides, address: 127.0.0.13}}
hops:
  - {{from: caller, to: "served:{port}"}}
"""

    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.folder = cls.processes.folder
        pki = Pki(cls.folder / "pki")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "self.key", "-out",
                        "self.pem", "-subj", "/CN=self", "-days", "30"], cwd=cls.folder, check=True, capture_output=True)
        (cls.folder / "ca.pem").write_text(pki.path("ca.pem").read_text())
        cls.port = free_port()
        for address, own_order in (("127.0.0.11", False), ("127.0.0.12", False), ("127.0.0.13", True)):
            order = ["-cipher", "aECDSA:aRSA", "-serverpref", "-sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256"] if own_order else []
            cls.processes.start(address, ["openssl", "s_server", "-accept", f"{address}:{cls.port}", "-www", "-cert", pki.path("rsa.crt"), "-key",
                                          pki.path("rsa.key"), "-dcert", "self.pem", "-dkey", "self.key", *order], cls.port, host=address)
        cls.site = cls.processes.write("site.yaml", cls.SITE.format(port=cls.port))
        cls.database = cls.folder / "hq.db"
        scan = ucready("scan", "--site", cls.site, "--db", cls.database, "--no-identify", "--rate", 100)
        assert scan.returncode == DONE, scan.stderr
        cls.before = cls.plan()
        cls.capture_client()
        cls.captured = cls.plan()
        cls.replay = ucready("scan", "--as", "caller", "--db", cls.database)
        cls.after = cls.plan()

    @classmethod
    def capture_client(cls):
        packets = cls.folder / "hq.pcap"
        with recorded(packets):
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.11:{cls.port}", "-bind", "127.0.0.31:0", "-CAfile", "ca.pem",
                                   "-verify_return_error", "-noservername", "-cipher", "aRSA:aECDSA", "-sigalgs",
                                   "RSA-PSS+SHA256:ECDSA+SHA256:RSA+SHA256"], cwd=cls.folder, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=30)
        read = ucready("capture", "-r", packets, "--db", cls.database, "--site", cls.site, "--filter", f"tcp port {cls.port}")
        assert read.returncode == DONE, read.stderr
        assert done.returncode == 0, done.stderr

    @classmethod
    def plan(cls):
        done = ucready("plan", "--site", cls.site, "--db", cls.database)
        assert done.returncode == DONE, done.stderr
        told = rows(cls.database, "SELECT server_node, outcome, reason, grade, certificate_key_type, explanation FROM v_forecast WHERE run_id ="
                                  " (SELECT max(run_id) FROM v_run WHERE kind = 'plan') AND wave = 0")
        return {row["server_node"]: row for row in told}

    def verdict(self, plan, node):
        return plan[node]["outcome"], plan[node]["reason"], plan[node]["grade"], plan[node]["certificate_key_type"]

    def test_what_a_capture_alone_leaves_open_is_settled_by_the_servers_own_answer(self):
        self.assertEqual(DONE, self.replay.returncode, self.replay.stderr)
        self.assertIn("'ucready plan' counts with it", self.replay.stderr)
        for node in ("follows", "decides"):
            self.assertNotEqual("robust", self.before[node]["grade"], self.before[node])
            self.assertEqual("unknown", self.captured[node]["outcome"], self.captured[node])
        self.assertEqual(("works", None, "robust", "rsa"), self.verdict(self.after, "follows"), self.after["follows"])
        self.assertEqual(("breaks", "untrusted_server_certificate", None, "ecdsa"), self.verdict(self.after, "decides"), self.after["decides"])
        self.assertIn("was measured with the client's own hello", self.after["follows"]["explanation"])

    def test_what_was_seen_to_work_stays_proven(self):
        self.assertEqual("proven", self.captured["seen"]["grade"])
        self.assertEqual("proven", self.after["seen"]["grade"])

    def test_a_rehearsal_agrees(self):
        done = ucready("rehearse", "--db", self.database)
        self.assertEqual(DONE, done.returncode, done.stdout + done.stderr)

    def test_offers_carried_to_another_database_are_asked_there(self):
        """The lab's server has what the upgraded one will have."""
        profile = self.folder / "caller.json"
        lab = self.folder / "lab.db"
        self.assertEqual(DONE, ucready("profile", "record", profile, "--db", self.database, "caller").returncode)
        self.assertEqual(0o600, profile.stat().st_mode & 0o777)
        self.assertNotIn("nordwind", profile.read_text())
        applied = ucready("profile", "apply", profile, "--db", lab)
        self.assertEqual(DONE, applied.returncode, applied.stderr)
        there = ucready("scan", "--as", "caller/c1", "--db", lab, f"https://127.0.0.13:{self.port}")
        self.assertEqual(DONE, there.returncode, there.stderr)
        self.assertNotIn("ucready plan", there.stderr, "what a lab answers is no input of a plan")
        here = rows(self.database, "SELECT client, client_node, offer_id, version, cipher, certificate_sha256 FROM v_offer_answer WHERE node = 'decides'"
                                   " AND run_id = (SELECT min(run_id) FROM v_offer_answer)")
        self.assertEqual(here, rows(lab, "SELECT client, client_node, offer_id, version, cipher, certificate_sha256 FROM v_offer_answer"))
        self.assertEqual(1, len(here))

    def test_a_profile_may_go_to_standard_output(self):
        profile = self.folder / "told.json"
        ucready("profile", "record", profile, "--db", self.database, "caller")
        done = ucready("profile", "record", "-", "--db", self.database, "caller", cwd=self.folder)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual(profile.read_text(), done.stdout)
        self.assertFalse((self.folder / "-").exists())

    def test_applied_under_another_name_it_is_that_clients(self):
        profile = self.folder / "other.json"
        lab = self.folder / "other.db"
        ucready("profile", "record", profile, "--db", self.database)
        ucready("profile", "apply", profile, "--db", lab, "--as", "lab-caller/l1")
        self.assertEqual(USAGE, ucready("scan", "--as", "caller", "--db", lab, f"127.0.0.13:{self.port}").returncode)
        self.assertEqual(DONE, ucready("scan", "--as", "lab-caller/l1", "--db", lab, f"127.0.0.13:{self.port}").returncode)

    def test_an_answer_of_another_release_does_not_count(self):
        def released(release):
            text = self.SITE.format(port=self.port).replace("name: served\n    product: other", f"name: served\n    product: other\n    release: '{release}'")
            return self.processes.write(f"release-{release}.yaml", text)

        self.assertEqual(DONE, ucready("scan", "--as", "caller", "--site", released(1), "--db", self.database).returncode)
        self.addCleanup(setattr, self.__class__, "site", self.site)
        self.__class__.site = released(1)
        self.assertEqual("works", self.plan()["follows"]["outcome"])
        self.__class__.site = released(2)
        self.assertEqual("unknown", self.plan()["follows"]["outcome"])


class Telling(unittest.TestCase):
    """What the command says where it cannot ask."""

    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.site = cls.processes.write("site.yaml", """site: hq
clusters:
  - {name: hq-expc, product: expressway-c, nodes: [{name: expc1, address: 127.0.0.31}]}
  - {name: hq-cucm, product: cucm, nodes: [{name: cucm-pub, address: 127.0.0.11}]}
hops:
  - {from: hq-expc, to: hq-cucm:6972}
""")
        cls.database = cls.processes.folder / "hq.db"
        ucready("scan", "--site", cls.site, "--db", cls.database, "--depth", "versions", "--timeout", 1)

    def test_without_a_recorded_offer_it_says_what_to_capture(self):
        done = ucready("scan", "--as", "hq-expc", "--site", self.site, "--db", self.database)
        self.assertEqual(USAGE, done.returncode)
        self.assertIn("tcpdump -s 0 -w client.pcap \"(host 127.0.0.31) and (tcp port 6972)\"", done.stderr)

    def test_options_that_such_a_scan_has_no_use_for_are_refused(self):
        for words in (["--depth", "full"], ["--legacy"], ["--trust-lists"], ["--resume"], ["--fail-on", "low"]):
            done = ucready("scan", "--as", "hq-expc", "--db", self.database, *words)
            self.assertEqual(USAGE, done.returncode)
            self.assertIn(words[0], done.stderr)

    def test_a_profile_that_is_none_is_refused_with_the_place(self):
        hello = "0100002b" + "0303" + "00" * 32 + "00" + "0004" + "c02fc02b" + "0100"
        good = {"client": "a", "protocol": "sip-tls", "hello": hello}
        for offer, place in (({**good, "protocol": "gopher"}, "/offers/0/protocol"), ({**good, "hello": "01"}, "/offers/0/hello"),
                             ({**good, "client": 7}, "/offers/0/client"), ({**good, "sessions": -1}, "/offers/0/sessions")):
            file = self.processes.write("bad.json", json.dumps({"ucready_profile": 1, "offers": [offer]}))
            done = ucready("profile", "apply", file, "--db", self.processes.folder / "bad.db")
            self.assertEqual(USAGE, done.returncode, done.stderr)
            self.assertIn(f"bad.json: {place}: ", done.stderr)
        for text, why in (("{", "is no JSON"), ("{}", "is no profile"), ("[" * 100000, "is no JSON")):
            done = ucready("profile", "apply", self.processes.write("bad.json", text), "--db", self.processes.folder / "bad.db")
            self.assertEqual(USAGE, done.returncode, done.stderr)
            self.assertIn(why, done.stderr)
        self.assertFalse((self.processes.folder / "bad.db").exists())
        fine = self.processes.write("good.json", json.dumps({"ucready_profile": 1, "offers": [good]}))
        self.assertEqual(DONE, ucready("profile", "apply", fine, "--db", self.processes.folder / "good.db").returncode)

    def test_offline_opens_no_socket(self):
        done = ucready("scan", "--offline", "--as", "hq-expc", "--db", self.database)
        self.assertEqual(USAGE, done.returncode)
        self.assertIn("--offline forbids every socket", done.stderr)


if __name__ == "__main__":
    unittest.main()
