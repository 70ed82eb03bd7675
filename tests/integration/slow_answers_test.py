"""Servers that finish the handshake and then keep a scan waiting for what was asked inside TLS: silent, a byte at a time, without end,
or gone in the middle. The scan goes on after its timeout, and keeps nothing of what it did not get whole.
"""

import socket
import ssl
import threading
import time
import unittest

from pki import Pki
from processes import Processes
from program import DONE, rows, site_of_nodes, ucready

RELEASE = b"<versionInformation><version>14.0.1</version></versionInformation>"
LIST = bytes.fromhex("0100020102020002000e") + b"\x05" * 200


def silent(stream, _):
    stream.settimeout(60)
    while stream.recv(4096):
        pass


def dripping(stream, body):
    """Never whole: it says that ten times as much will come."""
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (10 * len(body)))
    for i in range(600):
        stream.sendall(body[i % len(body):][:1])
        time.sleep(0.1)


def endless(stream, body):
    stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(20_000):
        stream.sendall(b" " * 4096)


def gone_in_the_middle(stream, body):
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body[:-20]))


HABITS = {"silent": silent, "dripping": dripping, "endless": endless, "gone_in_the_middle": gone_in_the_middle}
# protocol, product, what would be the answer, more words of the command
QUESTIONS = {"identification": ("https", "cucm", RELEASE, []), "trust_lists": ("tftp-https", "cucm", LIST, ["--trust-lists"])}


class SlowAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        pki = Pki(cls.processes.folder / "pki")
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(pki.path("rsa.pem"), pki.path("rsa.key"))

    def served(self, habit, body):
        """The port, and how many requests came."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.addCleanup(listener.close)
        asked = []

        def answer(plain):
            try:
                with plain, self.context.wrap_socket(plain, server_side=True) as stream:
                    if (request := stream.recv(4096)):
                        asked.append(request)
                        habit(stream, body)
            except OSError:
                pass

        def accept():
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(plain,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1], asked

    def scanned(self, question, habit):
        """The database, and what was asked."""
        protocol, product, body, words = QUESTIONS[question]
        port, asked = self.served(habit, body)
        database = self.processes.folder / f"{self.id()}-{question}.db"
        site = site_of_nodes(self.processes.folder / "site.yaml", ["127.0.0.1"], [(port, protocol, None)], product)
        done = ucready("scan", "--site", site, "--db", database, "--timeout", 2, "--rate", 1000, *words, timeout=300)
        self.assertEqual(DONE, done.returncode, done.stderr)
        return database, asked

    def check(self, question, habit):
        began = time.monotonic()
        database, asked = self.scanned(question, HABITS[habit])
        # The server would keep it for a minute with each answer, or for ever.
        self.assertLess(time.monotonic() - began, 55)
        self.assertTrue(asked, "something was asked inside TLS")
        self.assertEqual([{"state": "tls", "release": None}], rows(database, "SELECT state, identified_release AS release FROM v_interface"))
        self.assertEqual([], rows(database, "SELECT 1 FROM fetched_trust_list"))

    def test_the_same_server_is_heard_where_it_answers(self):
        def well(stream, body):
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

        database, _ = self.scanned("identification", well)
        self.assertEqual([{"release": "14.0.1"}], rows(database, "SELECT identified_release AS release FROM v_interface"))
        database, _ = self.scanned("trust_lists", well)
        self.assertTrue(rows(database, "SELECT 1 FROM fetched_trust_list"))


for question_ in QUESTIONS:
    for habit_ in HABITS:
        setattr(SlowAnswers, f"test_{question_}_from_one_that_is_{habit_}", lambda self, question=question_, habit=habit_: self.check(question, habit))


if __name__ == "__main__":
    unittest.main()
