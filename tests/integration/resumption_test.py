"""Whether sessions are resumed: what the scan says of real servers is what Python's TLS client meets at them."""

import socket
import ssl
import tempfile
import unittest
from pathlib import Path

import servers
from pki import Pki
from processes import Processes, free_port
from program import DONE, rows, ucready

VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


def openssl(*options, name):
    """An openssl s_server with these options; it resumes by ticket and by id, unless they say otherwise."""
    def start(processes, pki):
        port = free_port()
        processes.start(name, ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", pki.path("rsa.pem"), "-key",
                               pki.path("rsa.key"), *options], port)
        return servers.Listening(port, "https")
    return start


STARTED = {
    "by ticket": openssl(name="ticket"),
    "by id": openssl("-no_ticket", name="id"),
    "never": openssl("-no_ticket", "-no_cache", name="never"),
    "no ticket at TLSv1.3": openssl("-num_tickets", "0", name="none13"),
    "P-384": openssl("-groups", "P-384", name="p384"),
    "ChaCha20": openssl("-cipher", "CHACHA20", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", name="chacha"),
    "key transport": openssl("-cipher", "AES128-SHA", name="transport"),
    "CBC": openssl("-cipher", "ECDHE-RSA-AES128-SHA", name="cbc"),
    "nginx": servers.nginx_uc, "HAProxy": servers.haproxy, "Tomcat": servers.tomcat,
}


def resumed(port, version):
    """By a second connection that shows the session of the first. None: none was given, which in TLSv1.3 proves nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = VERSIONS[version]
    context.set_ciphers("ALL:@SECLEVEL=0")

    def connect(session):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain, context.wrap_socket(plain, session=session) as line:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            line.recv(1)
            return line.session, line.session_reused

    session, _ = connect(None)
    if session is None or not (session.has_ticket or session.id):
        return None if version == "TLSv1.3" else False
    return connect(session)[1]


class Resumption(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        pki = Pki(cls.processes.folder / "pki")
        cls.ports = {name: start(cls.processes, pki).port for name, start in STARTED.items()}

    def told(self, port):
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "x.db"
            done = ucready("scan", f"https://127.0.0.1:{port}", "--depth", "full", "--rate", 1000, "--db", database)
            self.assertEqual(DONE, done.returncode, done.stderr)
            return {row["version"]: row["value"] for row in
                    rows(database, "SELECT version, value FROM v_interface_trait WHERE trait = 'resumption'")}

    def test_is_what_another_client_meets(self):
        met = set()
        for name, port in self.ports.items():
            told = self.told(port)
            for version in VERSIONS:
                with self.subTest(server=name, version=version):
                    theirs = resumed(port, version)
                    met.add((version, theirs))
                    self.assertEqual(theirs if theirs is None else int(theirs), told[version])
        for version in VERSIONS:
            self.assertLessEqual({(version, True), (version, False)}, met)


if __name__ == "__main__":
    unittest.main()
