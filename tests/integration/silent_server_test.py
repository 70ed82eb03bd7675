"""Whether servers that are silent after a TLSv1.3 handshake require a client certificate: a directory and a SIP server."""

import socket
import ssl
import threading
import unittest

from pki import Pki
from processes import Processes, free_port
from program import DONE, rows, ucready


class SilentServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.folder = cls.processes.folder
        cls.pki = Pki(cls.folder / "pki")

    def required(self, target, *words):
        database = self.folder / f"{self.id()}.db"
        database.unlink(missing_ok=True)
        done = ucready("scan", target, "--depth", "full", "--rate", 100, "--timeout", 4, "--db", database, *words)
        self.assertEqual(DONE, done.returncode, done.stderr)
        asked = rows(database, "SELECT requested, required FROM v_interface_client_auth WHERE version = 'TLSv1.3'")
        self.assertEqual([1], [row["requested"] for row in asked])
        return asked[0]["required"]

    def directory(self, verify):
        port = free_port()
        config = self.processes.write(f"slapd-{verify}.conf", f"""
include /etc/ldap/schema/core.schema
pidfile {self.folder}/slapd-{verify}.pid
TLSCACertificateFile {self.pki.path("ca.pem")}
TLSCertificateFile {self.pki.path("rsa.pem")}
TLSCertificateKeyFile {self.pki.path("rsa.key")}
TLSVerifyClient {verify}
""")
        self.processes.start(f"slapd-{verify}", ["slapd", "-d", "0", "-f", config, "-h", f"ldaps://127.0.0.1:{port}"], port)
        return f"ldaps://127.0.0.1:{port}"

    def sip_server(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pki.path("rsa.pem"), self.pki.path("rsa.key"))
        context.load_verify_locations(self.pki.path("ca.pem"))
        context.verify_mode = ssl.CERT_OPTIONAL
        context.num_tickets = 0
        listening = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listening.close)

        def serve(connection):
            try:
                with context.wrap_socket(connection, server_side=True) as tls:
                    if tls.recv(4096).startswith(b"OPTIONS "):
                        tls.sendall(b"SIP/2.0 483 Too Many Hops\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                pass

        def accept():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"sip-tls://127.0.0.1:{listening.getsockname()[1]}"

    def test_a_directory_that_tries_requires_none(self):
        self.assertEqual(0, self.required(self.directory("try")))

    def test_a_directory_that_demands_requires_one(self):
        self.assertEqual(1, self.required(self.directory("demand")))

    def test_a_sip_server_that_answers_without_requires_none(self):
        self.assertEqual(0, self.required(self.sip_server()))

    def test_nothing_is_told_where_nothing_may_be_asked(self):
        self.assertIsNone(self.required(self.sip_server(), "--no-identify"))


if __name__ == "__main__":
    unittest.main()
