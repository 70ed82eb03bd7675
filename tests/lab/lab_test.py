"""Asks the lab's servers by other tools than our own: openssl s_client and plain sockets.

Usage: lab_test.py PATH_TO_UCREADY_LAB. Runs in a network namespace of its own where that is allowed, so that the real
ports are free; otherwise with shifted ports.
"""

import concurrent.futures
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
LAB = ""
OFFSET = 0
ENVIRONMENT = {**os.environ, "OPENSSL_CONF": "/dev/null"}


def enter_namespace():
    """Starts this script again in a fresh network namespace; returns where there is none to be had."""
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
            os.execvp("unshare", [*unshare, sys.executable, *sys.argv, "--inside"])


def raise_loopback():
    set_flags, up_and_running = 0x8914, 0x41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up_and_running))


def s_client(address, port, *options):
    """All that openssl s_client says of the connection."""
    command = ["openssl", "s_client", "-connect", f"{address}:{port + OFFSET}", "-cipher", "ALL:eNULL:@SECLEVEL=0", *options]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=60, env=ENVIRONMENT)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def leaf(output):
    found = re.search(r"^subject=(.*)$", output, re.MULTILINE)
    return found.group(1) if found else ""


def exchange(address, port, sent=b"", seconds=3, most=1 << 20):
    """What the server sends in that time, and how it ended: open, closed or reset."""
    received = b""
    try:
        connecting = socket.create_connection((address, port + OFFSET), timeout=seconds)
    except ConnectionResetError:
        return received, "reset"  # So soon that connect() already learns of it.
    with connecting as connection:
        end = time.monotonic() + seconds
        try:
            connection.sendall(sent)
            while len(received) < most and (left := end - time.monotonic()) > 0:
                connection.settimeout(left)
                more = connection.recv(65536)
                if not more:
                    return received, "closed"
                received += more
        except TimeoutError:
            pass
        except ConnectionError:
            return received, "reset"
        return received, "open"


def client_hello(version=0x0303, suites=(0xC02F, 0x009C, 0x002F), tls13=False):
    extensions = struct.pack("!HHBH", 43, 3, 2, 0x0304) if tls13 else b""
    suite_bytes = b"".join(struct.pack("!H", suite) for suite in suites)
    body = struct.pack("!H", version) + bytes(32) + b"\0" + struct.pack("!H", len(suite_bytes)) + suite_bytes + b"\1\0"
    body += struct.pack("!H", len(extensions)) + extensions
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack("!H", len(message)) + message


class Estate(unittest.TestCase):
    """One estate up, then asked, then down."""

    name = ""

    @classmethod
    def setUpClass(cls):
        if not cls.name:
            raise unittest.SkipTest("only its children stand up an estate")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ucready-lab-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.addClassCleanup(cls.command, "down")
        started = cls.command("up", str(HERE / f"{cls.name}.yaml"), "--port-offset", str(OFFSET))
        if started.returncode != 0 or started.stdout != "ready\n":
            raise RuntimeError(f"the lab did not start: {started.stdout}{started.stderr}")

    @classmethod
    def command(cls, name, *rest):
        return subprocess.run([LAB, name, *rest, "--dir", str(cls.folder)], capture_output=True, text=True, timeout=240)


class Nordwind(Estate):
    name = "nordwind"

    def test_a_cucm_of_release_14_takes_tls_1_0_to_1_2_and_refuses_1_3(self):
        for option, version in (("-tls1", "TLSv1"), ("-tls1_1", "TLSv1.1"), ("-tls1_2", "TLSv1.2")):
            self.assertIn(f"Protocol  : {version}\n", s_client("127.10.1.11", 8443, option))
            self.assertIn("CN = hh-cucm-pub.nordwind", leaf(s_client("127.10.1.11", 8443, option)))
        self.assertIn("alert number 70", s_client("127.10.1.11", 8443, "-tls1_3"))

    def test_port_9463_speaks_tls_1_3_alone(self):
        self.assertIn("New, TLSv1.3", s_client("127.10.1.12", 9463, "-tls1_3"))
        self.assertIn("alert number 70", s_client("127.10.1.12", 9463, "-tls1_2"))

    def test_port_6972_never_goes_below_tls_1_2(self):
        self.assertIn("alert number 70", s_client("127.10.1.11", 6972, "-tls1_1"))

    def test_the_sip_port_presents_both_kinds_of_leaf_and_requires_a_client_certificate(self):
        rsa = s_client("127.10.1.11", 5061, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384")
        ecdsa = s_client("127.10.1.11", 5061, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384")
        self.assertIn("CN = hh-cucm-pub.nordwind.example", leaf(rsa))
        self.assertIn("CN = hh-cucm-pub-EC.nordwind.example", leaf(ecdsa))
        for output in (rsa, ecdsa):
            self.assertIn("Acceptable client certificate CA names", output)
            self.assertIn("CN = NW-Issuing-CA2", output)
            self.assertIn("alert number 40", output)

    def test_a_client_certificate_of_a_named_authority_is_accepted_and_of_another_is_not(self):
        def with_certificate_of(node, certificate):
            pki = self.folder / "pki"
            chain = str(pki / node / f"{certificate}-chain.pem")
            return s_client("127.10.1.11", 5061, "-tls1_2", "-cert", chain, "-cert_chain", chain, "-key",
                            str(pki / "keys" / f"{node}-rsa2048.key"))

        accepted = with_certificate_of("hh-expc1", "server")
        refused = with_certificate_of("nw-idp", "web")
        self.assertNotIn("alert number", accepted)
        self.assertIn("alert number", refused)

    def test_three_sha1_expressways_differ_in_leaf_intermediate_and_root(self):
        def signatures(address):
            output = s_client(address, 443, "-showcerts")
            chain = re.findall(r"-----BEGIN.*?-----END CERTIFICATE-----", output, re.DOTALL)
            texts = [subprocess.run(["openssl", "x509", "-noout", "-text"], input=pem, capture_output=True, text=True).stdout
                     for pem in chain]
            return [re.search(r"Signature Algorithm: (\w+)", text).group(1) for text in texts]

        sha1, sha2 = "sha1WithRSAEncryption", "sha256WithRSAEncryption"
        self.assertEqual(signatures("127.10.2.21"), [sha2, sha1, sha1])
        self.assertEqual(signatures("127.10.2.22"), [sha1, sha2, sha1])

    def test_an_old_phone_speaks_tls_1_0_alone_with_a_1024_bit_key(self):
        output = s_client("127.10.9.3", 443, "-tls1")
        self.assertIn("Protocol  : TLSv1\n", output)
        self.assertIn("Server public key is 1024 bit", output)
        self.assertEqual(leaf(s_client("127.10.9.3", 443, "-tls1_1")), "")

    def test_plaintext_protocols_lead_into_tls(self):
        for protocol, address, port, options in (
            ("smtp", "127.10.1.51", 25, []),
            ("imap", "127.10.1.51", 143, []),
            ("ldap", "127.10.8.1", 389, []),
            ("xmpp", "127.10.1.41", 5222, ["-xmpphost", "nordwind.example"]),
            ("xmpp-server", "127.10.1.41", 5269, ["-xmpphost", "nordwind.example"]),
        ):
            with self.subTest(protocol):
                self.assertIn("CN = ", leaf(s_client(address, port, "-starttls", protocol, *options)))

    def test_ms_sql_speaks_tls_inside_tds_packets(self):
        def packet(payload):
            return struct.pack("!BBHI", 0x12, 1, 8 + len(payload), 0) + payload

        def payload_of(stream):
            kind, _, length, _ = struct.unpack("!BBHI", stream.read(8))
            return kind, stream.read(length - 8)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(heard, said)
        with socket.create_connection(("127.10.8.4", 1433 + OFFSET), timeout=10) as connection, connection.makefile("rb") as stream:
            connection.sendall(packet(bytes.fromhex("0100060001ff01")))
            kind, answer = payload_of(stream)
            self.assertEqual((kind, answer[17]), (4, 1))
            for _ in range(10):
                try:
                    tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    connection.sendall(packet(said.read()))
                    heard.write(payload_of(stream)[1])
        self.assertEqual(tls.version(), "TLSv1.2")

    def test_the_pilot_shows_the_ecdsa_leaf_only_without_its_name(self):
        def shown(*options):
            return leaf(s_client("127.10.5.11", 8443, "-sigalgs", "ECDSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA256", *options))

        self.assertIn("pilot-cucm-pub-EC", shown("-noservername"))
        self.assertIn("CN = pilot-cucm-pub.nordwind.example", shown("-servername", "pilot-cucm-pub.nordwind.example"))

    def test_the_release_can_be_read_without_logging_in(self):
        command = ["openssl", "s_client", "-quiet", "-connect", f"127.10.1.11:{8443 + OFFSET}"]
        request = b"GET /cucm-uds/version HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = subprocess.run(command, input=request, capture_output=True, timeout=20, env=ENVIRONMENT).stdout
        self.assertIn(b'<version>14.0.1</version>', answer)

    def test_the_site_file_names_every_interface_and_its_trust_files_are_there(self):
        site = (self.folder / "site.yaml").read_text()
        self.assertIn("release: 14SU3", site)
        self.assertIn(f"to: hh-cucm:{6971 + OFFSET}", site)
        self.assertRegex(site, r"date: 20\d\d-\d\d-\d\d")
        files = set(re.findall(r"pki/[\w/.-]+\.pem", site))
        self.assertGreater(len(files), 10)
        for file in files:
            self.assertTrue((self.folder / file).is_file(), file)
        self.assertGreater(len(re.findall(r"port: \d+", site)), 80)

    def test_a_second_start_in_the_same_folder_is_refused(self):
        second = self.command("up", str(HERE / "nordwind.yaml"), "--port-offset", str(OFFSET))
        self.assertEqual(second.returncode, 2)
        self.assertIn("runs already", second.stderr)


class Rogues(Estate):
    name = "rogues"

    def test_those_that_never_finish(self):
        self.assertEqual(exchange("127.11.0.1", 5061, client_hello(), seconds=2), (b"", "open"))
        dripped, end = exchange("127.11.0.2", 5061, client_hello(), seconds=4)
        self.assertTrue(2 <= len(dripped) <= 6 and end == "open", (dripped, end))
        for address in ("127.11.0.3", "127.11.0.4", "127.11.0.5", "127.11.0.6"):
            with self.subTest(address):
                flood, _ = exchange(address, 5061, client_hello(), seconds=200, most=20_000_000)
                self.assertGreaterEqual(len(flood), 20_000_000)

    def test_those_that_end_at_once(self):
        for address, how in (("127.11.0.8", "reset"), ("127.11.0.9", "reset"), ("127.11.0.10", "closed"), ("127.11.0.11", "closed")):
            with self.subTest(address):
                received, end = exchange(address, 5061, client_hello())
                # What was sent and not read turns a close at once into a reset.
                self.assertTrue(received == b"" and (end == how or address == "127.11.0.10"), (received, end))

    def test_those_that_are_no_tls(self):
        self.assertEqual(exchange("127.11.0.12", 5061, client_hello())[0][:4], b"\x00\xde\xad\xbe")
        self.assertTrue(exchange("127.11.0.13", 8443, client_hello())[0].startswith(b"HTTP/1.1 400"))

    def test_alerts_to_everything(self):
        for address, number in (("127.11.0.14", 40), ("127.11.0.15", 70), ("127.11.0.16", 80), ("127.11.0.17", 250)):
            self.assertEqual(exchange(address, 8443, client_hello()), (bytes([21, 3, 3, 0, 2, 2, number]), "closed"))

    def test_the_intolerant_know_tls_1_2_but_not_a_hello_that_offers_1_3(self):
        for address, how in (("127.11.0.18", ("closed", "reset")), ("127.11.0.19", ("reset",))):
            self.assertIn("Protocol  : TLSv1.2", s_client(address, 8443, "-tls1_2"))
            received, end = exchange(address, 8443, client_hello(tls13=True))
            self.assertEqual(received, b"")
            self.assertIn(end, how)

    def test_a_suite_nobody_offered_is_chosen(self):
        answer, _ = exchange("127.11.0.20", 8443, client_hello(suites=(0xC02F,)), seconds=1)
        self.assertEqual((answer[0], answer[5]), (22, 2))
        self.assertEqual(answer[44:46], b"\x00\x2f")

    def test_a_warning_comes_before_a_good_answer(self):
        answer, _ = exchange("127.11.0.21", 8443, client_hello(), seconds=1)
        self.assertEqual(answer[:8], bytes([21, 3, 3, 0, 2, 1, 112]) + b"\x16")

    def test_records_of_one_byte_add_up_to_a_handshake(self):
        for option in ("-tls1", "-tls1_2", "-tls1_3"):
            self.assertIn("CN = crumbs", leaf(s_client("127.11.0.22", 8443, option)))
        answer, _ = exchange("127.11.0.22", 8443, client_hello(), seconds=1)
        self.assertEqual(answer[3:5], b"\x00\x01")

    def test_a_certificate_that_is_none(self):
        output = s_client("127.11.0.24", 8443, "-tls1_2", "-cipher", "AES128-SHA")
        self.assertIn("nested asn1 error", output)
        self.assertEqual(exchange("127.11.0.24", 8443, client_hello(suites=(0xC02F,)))[0][5:], bytes([2, 40]))

    def test_every_second_connection_is_dropped(self):
        ends = [leaf(s_client("127.11.0.25", 8443)) != "" for _ in range(4)]
        self.assertIn(ends, ([True, False, True, False], [False, True, False, True]))

    def test_six_connections_in_ten_seconds_and_no_more(self):
        answers = [exchange("127.11.0.26", 5061, client_hello(), most=5)[0] for _ in range(8)]
        self.assertEqual([bool(answer) for answer in answers], [True] * 6 + [False] * 2)

    def test_the_banner_comes_after_six_seconds(self):
        begun = time.monotonic()
        banner, _ = exchange("127.11.0.27", 25, seconds=15, most=1)
        self.assertTrue(banner.startswith(b"220 "))
        self.assertGreater(time.monotonic() - begun, 5)

    def test_starttls_is_refused_or_not_offered(self):
        said, _ = exchange("127.11.0.28", 25, b"EHLO me\r\n", seconds=1)
        self.assertIn(b"250-STARTTLS", said)
        self.assertNotIn(b"STARTTLS", exchange("127.11.0.29", 25, b"EHLO me\r\n", seconds=1)[0])
        self.assertIn(b"a NO ", exchange("127.11.0.30", 143, b"a STARTTLS\r\n", seconds=1)[0])
        self.assertIn(b"a BAD ", exchange("127.11.0.31", 143, b"a STARTTLS\r\n", seconds=1)[0])

    def test_subjects_are_as_hostile_as_written(self):
        def subject(address):
            return leaf(s_client(address, 8443, "-nameopt", "utf8"))

        self.assertIn("N" * 10240, subject("127.11.0.33"))
        self.assertIn("\x1b[31m", subject("127.11.0.34"))
        self.assertIn("=cmd|'/C calc'!A0", subject("127.11.0.35"))
        self.assertIn("<script>alert(1)</script>", subject("127.11.0.36"))

    def test_odd_certificates_are_what_their_names_say(self):
        def text(address, *options):
            output = s_client(address, 8443, *options)
            return subprocess.run(["openssl", "x509", "-noout", "-text"], input=output, capture_output=True, text=True).stdout

        self.assertIn("Hash Algorithm: sha1 (default)", text("127.11.1.9"))
        self.assertIn("Public Key Algorithm: rsassaPss", text("127.11.1.11"))
        self.assertIn("Public Key Algorithm: ED25519", text("127.11.1.12"))
        self.assertIn("certificate has expired", s_client("127.11.1.1", 8443))
        self.assertIn("certificate is not yet valid", s_client("127.11.1.3", 8443))

    def test_visitors_are_counted(self):
        def visits():
            (self.folder / "stats.json").unlink(missing_ok=True)
            os.kill(int((self.folder / "pid").read_text().split()[0]), signal.SIGUSR1)
            for _ in range(100):
                if (self.folder / "stats.json").exists():
                    return json.loads((self.folder / "stats.json").read_text())["addresses"].get("127.11.1.5")
                time.sleep(0.05)
            return None

        self.assertIsNone(visits())
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: exchange("127.11.1.5", 8443, seconds=1), range(3)))
        exchange("127.11.1.5", 8443, client_hello(), most=1)
        self.assertEqual(visits()["connections"], 4)
        self.assertEqual(visits()["most_at_once"], 3)
        self.assertGreaterEqual(visits()["most_in_a_second"], 3)


class Manners(unittest.TestCase):
    """How the program itself behaves."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ucready-lab-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_lab(self, *arguments):
        return subprocess.run([LAB, *arguments], capture_output=True, text=True, timeout=60)

    def up(self, text):
        estate = self.folder / "estate.yaml"
        estate.write_text(text)
        return self.run_lab("up", str(estate), "--dir", str(self.folder / "state"), "--port-offset", str(OFFSET))

    def test_a_mistake_in_the_estate_is_named_with_its_line(self):
        refused = self.up("site: x\ndomain: x.example\nclusters:\n  - name: a\n    protuct: cucm\n")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("line 5: unknown key 'protuct'", refused.stderr)

    def test_an_address_off_loopback_is_refused(self):
        refused = self.up("site: x\ndomain: x.example\nclusters:\n  - name: a\n    nodes: [{name: n, address: 10.0.0.1}]\n")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("10.0.0.1 is not on loopback", refused.stderr)

    def test_an_unknown_choice_of_certificates_is_refused(self):
        refused = self.up("site: x\ndomain: x.example\nclusters:\n  - name: a\n    certificates: {c: {}}\n    interfaces: [{port: 30443, "
                          "protocol: tls, identities: [c], choice: tls12}]\n    nodes: [{name: n, address: 127.12.0.1}]\n")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("line 6: n port 30443: choice is library or tls12-suites, not 'tls12'", refused.stderr)

    def test_a_port_that_is_taken_is_named(self):
        with socket.create_server(("127.12.0.1", 30443 + OFFSET)):
            refused = self.up("site: x\ndomain: x.example\nclusters:\n  - name: a\n    interfaces: [{port: 30443, protocol: tls, "
                              "behaviour: hang}]\n    nodes: [{name: n, address: 127.12.0.1}]\n")
        self.assertEqual(refused.returncode, 2)
        self.assertIn(f"127.12.0.1:{30443 + OFFSET}: Address already in use", refused.stderr)

    def test_down_ends_it_though_a_connection_hangs_and_leaves_nothing_behind(self):
        started = self.up("site: x\ndomain: x.example\nclusters:\n  - name: a\n    interfaces: [{port: 30443, protocol: tls, "
                          "behaviour: hang}]\n    nodes: [{name: n, address: 127.12.0.1}]\n")
        self.assertEqual(started.stdout, "ready\n", started.stderr)
        state = str(self.folder / "state")
        with socket.create_connection(("127.12.0.1", 30443 + OFFSET)) as hanging:
            hanging.sendall(b"hello")
            self.assertEqual(self.run_lab("down", "--dir", state).stdout, "ended\n")
        self.assertFalse((self.folder / "state" / "pid").exists())
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.12.0.1", 30443 + OFFSET))
        self.assertEqual(self.run_lab("down", "--dir", state).stdout, "no lab was running\n")


if __name__ == "__main__":
    inside = "--inside" in sys.argv
    if not inside:
        enter_namespace()
    arguments = [argument for argument in sys.argv if argument != "--inside"]
    LAB = arguments.pop(1)
    if inside:
        raise_loopback()
    else:
        OFFSET = 20000
    unittest.main(argv=arguments, verbosity=2)
