"""Certificates for servers under test: one root, and a leaf of each kind that UC systems present."""

import hashlib
import ssl
import subprocess
from pathlib import Path

EXTENSIONS = """basicConstraints=critical,CA:FALSE
subjectAltName=DNS:cucm-pub.nordwind.test,IP:127.0.0.1
extendedKeyUsage=serverAuth,clientAuth
keyUsage=digitalSignature,keyEncipherment
"""

# name: arguments that make the key, digest the root signs with
LEAVES = {
    "rsa": (["-newkey", "rsa:2048"], "-sha256"),
    "ecdsa": (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "-sha256"),
    "ed25519": (["-newkey", "ed25519"], "-sha256"),
    "rsa-pss": (["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"], "-sha256"),
    "rsa-sha1": (["-newkey", "rsa:2048"], "-sha1"),
    # What a library of today has the worst opinion of.
    "rsa-weak": (["-newkey", "rsa:1024"], "-md5"),
    "ecdsa-sha1": (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "-sha1"),
    "client": (["-newkey", "rsa:2048"], "-sha256"),
}

# What the database calls the key of each leaf.
KEY_TYPES = {"rsa": "rsa", "ecdsa": "ecdsa", "ed25519": "ed25519", "rsa-pss": "rsa-pss", "rsa-sha1": "rsa",
             "rsa-weak": "rsa", "ecdsa-sha1": "ecdsa"}


class Pki:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "leaf.cnf").write_text(EXTENSIONS)
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650",
                      "-sha256", "-subj", "/O=Nordwind/CN=Nordwind Root",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        for name, (key, digest) in LEAVES.items():
            self._leaf(name, key, digest)
        for name in ("rsa", "ecdsa"):
            self._openssl("pkcs12", "-export", "-in", f"{name}.pem", "-inkey", f"{name}.key", "-passout", "pass:changeit",
                          "-name", name, "-out", f"{name}.p12")

    def _leaf(self, name, key, digest):
        self._openssl("req", "-new", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                      "-subj", f"/O=Nordwind/CN={name}.nordwind.test")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", "365", digest, "-extfile", "leaf.cnf", "-out", f"{name}.crt")
        self.path(f"{name}.pem").write_text(self.path(f"{name}.crt").read_text() + self.path("ca.pem").read_text())

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr}")

    def path(self, file):
        return self.folder / file

    def sha256(self, name):
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.path(f"{name}.crt").read_text())).hexdigest()

    def name_of(self, sha256):
        """The leaf's name; what is no leaf of this PKI comes back as its digest."""
        return next((name for name in LEAVES if self.sha256(name) == sha256), sha256)
