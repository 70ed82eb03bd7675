"""ucready scan --as: what a server answers to a client's recorded hello is what it answered to the client itself.

Real clients shake hands with real servers that have an RSA and an ECDSA certificate, while a capture runs. Each client says
itself which version, suite and certificate it got; then the capture's hellos are sent in its place.
"""

import hashlib
import os
import re
import ssl
import subprocess
import time
import unittest
from pathlib import Path

import servers
from oracles import iana_names
from pki import Pki
from processes import Processes, free_port, in_private_network
from program import DONE, PARTLY, USAGE, rows, started, ucready

SOURCES = Path(__file__).resolve().parent


def nginx_that_follows_the_client(processes, pki):
    """Unlike servers.nginx, whose own order decides."""
    port = free_port()
    here = processes.folder
    config = processes.write("nginx-client.conf", f"""
daemon off; pid {here}/nginx-client.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {here}/client-1; proxy_temp_path {here}/client-2; fastcgi_temp_path {here}/client-3;
  uwsgi_temp_path {here}/client-4; scgi_temp_path {here}/client-5;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers 'ALL:!aNULL:@SECLEVEL=0'; ssl_prefer_server_ciphers off;
  ssl_certificate {pki.path("rsa.pem")}; ssl_certificate_key {pki.path("rsa.key")};
  ssl_certificate {pki.path("ecdsa.pem")}; ssl_certificate_key {pki.path("ecdsa.key")};
  server {{ listen 127.0.0.1:{port} ssl; return 200 'ok'; }}
}}
""")
    processes.start("nginx-client", ["nginx", "-e", "stderr", "-c", config], port)
    return servers.Listening(port, "https")


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
        pki = Pki(cls.processes.folder / "pki")
        cls.listening = {start.__name__: start(cls.processes, pki) for start in STARTERS}
        cls.names = {server.port: name for name, server in cls.listening.items()}

    def captured(self, database, client):
        """What the client got of each server that would have it, while a capture ran."""
        got = {}
        ports = " or ".join(f"tcp port {port}" for port in self.names)
        capture = started("capture", "-i", "lo", "--db", database, "--filter", ports)
        try:
            until = time.monotonic() + 20
            # It gives its rights up once it listens, and before it reads.
            while "NoNewPrivs:\t1" not in Path(f"/proc/{capture.pid}/status").read_text() and time.monotonic() < until:
                time.sleep(0.02)
            for port, name in self.names.items():
                try:
                    got[name] = client.connect(port, self.processes.weak)
                except RuntimeError as refused:
                    got[name] = None
                    self.refused[name] = str(refused)
            time.sleep(0.5)  # The kernel hands packets out a tenth of a second late.
        finally:
            capture.terminate()
            capture.communicate(timeout=30)
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


for name_ in CLIENTS:
    setattr(Replays, f"test_{name_}", lambda self, name=name_: self.check(name))


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

    def test_offline_opens_no_socket(self):
        done = ucready("scan", "--offline", "--as", "hq-expc", "--db", self.database)
        self.assertEqual(USAGE, done.returncode)
        self.assertIn("--offline forbids every socket", done.stderr)


if __name__ == "__main__":
    unittest.main()
