"""ucready scan --client-cert: PEM and PKCS#12, the certificate a server takes and the ones that cannot be loaded."""

import os
import subprocess
import unittest

from pki import Pki
from processes import Processes, free_port
from program import DONE, USAGE, rows, ucready

PASSWORD = "correct horse"


class ClientCertificate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.processes = Processes()
        cls.addClassCleanup(cls.processes.stop)
        cls.folder = cls.processes.folder
        cls.pki = Pki(cls.folder / "pki")
        cls.port = free_port()
        cls.processes.start("server", ["openssl", "s_server", "-accept", f"127.0.0.1:{cls.port}", "-www", "-cert", cls.pki.path("rsa.pem"), "-key",
                                       cls.pki.path("rsa.key"), "-Verify", "1", "-verify_return_error", "-CAfile", cls.pki.path("ca.pem")], cls.port)
        cls.p12 = cls.bundle("client.p12", "client", PASSWORD)

    @classmethod
    def bundle(cls, name, leaf, password):
        path = cls.folder / name
        subprocess.run(["openssl", "pkcs12", "-export", "-in", cls.pki.path(f"{leaf}.pem"), "-inkey", cls.pki.path(f"{leaf}.key"), "-passout",
                        f"pass:{password}", "-out", path], check=True, capture_output=True)
        return path

    def scan(self, *words, password=None, port=None):
        self.database = self.folder / f"{self.id()}.db"
        self.database.unlink(missing_ok=True)
        environment = {**os.environ, **({"UCREADY_CLIENT_PASSWORD": password} if password is not None else {})}
        return ucready("scan", f"tls://127.0.0.1:{port or self.port}", "--no-identify", "--rate", 100, "--db", self.database, *words, env=environment)

    def taken(self):
        return {row["version"]: row["value"] for row in rows(self.database, "SELECT version, value FROM v_interface_trait WHERE trait ="
                                                                            " 'client_certificate_taken'")}

    def test_a_depth_that_shows_it_to_nobody_says_so(self):
        told = "--client-cert is shown to nobody at --depth versions"
        for depth, said in (("versions", True), ("quick", False)):
            self.assertEqual(said, told in self.scan("--depth", depth, "--client-cert", self.p12, password=PASSWORD).stderr)

    def test_pkcs12_is_taken_by_who_trusts_its_authority(self):
        done = self.scan("--client-cert", self.p12, password=PASSWORD)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual({"TLSv1.2": 1, "TLSv1.3": 1}, {version: self.taken()[version] for version in ("TLSv1.2", "TLSv1.3")})

    def test_pem_is_taken_as_well(self):
        done = self.scan("--client-cert", self.pki.path("client.pem"), "--client-key", self.pki.path("client.key"))
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual(1, self.taken()["TLSv1.3"])

    def test_a_stranger_is_not_taken(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "stranger.key", "-out",
                        self.folder / "stranger.pem", "-subj", "/CN=stranger", "-days", "30"], check=True, capture_output=True)
        done = self.scan("--client-cert", self.folder / "stranger.pem", "--client-key", self.folder / "stranger.key")
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual(0, self.taken()["TLSv1.3"])

    def test_a_certificate_that_fits_no_scheme_asked_for_is_neither_taken_nor_refused(self):
        for verify in ("-verify", "-Verify"):
            port = free_port()
            self.processes.start(f"rsa-only{verify}", ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", self.pki.path("rsa.pem"),
                                                       "-key", self.pki.path("rsa.key"), verify, "1", "-CAfile", self.pki.path("ca.pem"),
                                                       "-client_sigalgs", "RSA+SHA256:rsa_pss_rsae_sha256"], port)
            for depth in ("quick", "full"):
                with self.subTest(verify=verify, depth=depth):
                    done = self.scan("--depth", depth, "--client-cert", self.pki.path("ecdsa.pem"), "--client-key", self.pki.path("ecdsa.key"), port=port)
                    self.assertEqual(DONE, done.returncode, done.stderr)
                    told = rows(self.database, "SELECT version, value, detail FROM v_interface_trait WHERE trait = 'client_certificate_taken'"
                                                " AND version IN ('TLSv1.2', 'TLSv1.3')")  # Below, no schemes are asked for.
                    self.assertEqual(2, len(told))
                    for row in told:
                        self.assertIsNone(row["value"], row)
                        self.assertIn("not shown: ", row["detail"])
            required = rows(self.database, "SELECT version, required FROM v_interface_client_auth WHERE version IN ('TLSv1.2', 'TLSv1.3')")
            self.assertEqual({"TLSv1.2": int(verify == "-Verify"), "TLSv1.3": int(verify == "-Verify")},
                             {row["version"]: row["required"] for row in required})

    def test_a_wrong_password_is_told_before_anything_is_sent(self):
        for password in (None, "wrong"):
            done = self.scan("--client-cert", self.p12, password=password)
            self.assertEqual(USAGE, done.returncode)
            self.assertIn("UCREADY_CLIENT_PASSWORD", done.stderr)
            self.assertFalse(self.database.exists())

    def odd_bundle(self, name, *words):
        path = self.folder / name
        subprocess.run(["openssl", "pkcs12", "-export", "-passout", f"pass:{PASSWORD}", "-out", path, *words], check=True, capture_output=True)
        return path

    def test_what_is_wrong_with_pkcs12_is_told_with_its_mend(self):
        certificate, key = self.pki.path("client.crt"), self.pki.path("client.key")
        chain = self.odd_bundle("chain.p12", "-in", self.pki.path("ca.pem"), "-nokeys")
        faults = {
            self.odd_bundle("rc2.p12", "-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-in", certificate, "-inkey", key): ("RC2-40-CBC", "openssl pkcs12 -legacy"),
            self.odd_bundle("no-mac.p12", "-nomac", "-in", certificate, "-inkey", key): ("without a MAC", "openssl pkcs12 -nomacver"),
            self.odd_bundle("no-key.p12", "-nokeys", "-in", certificate): ("without a private key", "export the certificate together with its key"),
            chain: ("without a private key", "export the certificate together with its key"),
            self.odd_bundle("no-certificate.p12", "-nocerts", "-inkey", key): ("without a certificate", "export the key together with its certificate"),
        }
        for path, words in faults.items():
            done = self.scan("--client-cert", path, password=PASSWORD)
            self.assertEqual(USAGE, done.returncode)
            for word in (path.name, *words):
                self.assertIn(word, done.stderr)
            self.assertNotIn("UCREADY_CLIENT_PASSWORD", done.stderr)
            self.assertFalse(self.database.exists())

    def test_the_told_mend_of_an_old_pkcs12_works(self):
        old = self.odd_bundle("old.p12", "-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-in", self.pki.path("client.pem"), "-inkey", self.pki.path("client.key"))
        told = self.scan("--client-cert", old, password=PASSWORD).stderr
        first, second = told.strip().split("write it anew: ")[1].split("; ")
        for command, word in ((first, "-passin"), (second, "-passout")):
            subprocess.run([*command.replace("OLD.p12", str(old)).split(), word, f"pass:{PASSWORD}"], cwd=self.folder, check=True, capture_output=True)
        done = self.scan("--client-cert", self.folder / "NEW.p12", password=PASSWORD)
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertEqual(1, self.taken()["TLSv1.3"])

    def test_why_a_file_cannot_be_opened_is_told(self):
        for path, word in ((self.folder / "absent.pem", "No such file or directory"), (self.folder, "is a folder")):
            for words in (("--client-cert", path), ("--client-cert", self.pki.path("client.crt"), "--client-key", path)):
                done = self.scan(*words)
                self.assertEqual(USAGE, done.returncode)
                for expected in (str(path), word, "that this user may read"):
                    self.assertIn(expected, done.stderr)

    def test_neither_key_nor_password_is_kept(self):
        self.scan("--client-cert", self.p12, password=PASSWORD)
        kept = self.database.read_bytes()
        self.assertNotIn(PASSWORD.encode(), kept)
        self.assertNotIn(b"PRIVATE KEY", kept)
        key = subprocess.run(["openssl", "rsa", "-in", self.pki.path("client.key"), "-outform", "DER"], capture_output=True, check=True).stdout
        self.assertNotIn(key[40:80], kept)

    def test_a_key_of_another_certificate_is_refused(self):
        done = self.scan("--client-cert", self.pki.path("client.pem"), "--client-key", self.pki.path("rsa.key"))
        self.assertEqual(USAGE, done.returncode)
        self.assertIn("the key belongs to another certificate", done.stderr)


if __name__ == "__main__":
    unittest.main()
