"""Certificates of every kind that the named scenarios need; made anew for each run, because certificates end."""

import base64
import concurrent.futures
import datetime
import random
import re
import subprocess
import tempfile
import textwrap
import unittest
from pathlib import Path

from made_trust_lists import CCM, CCM_TFTP, write_trust_list

RSA = ["-newkey", "rsa:2048"]
RSA_1024 = ["-newkey", "rsa:1024"]
P384 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"]

BOTH = "serverAuth,clientAuth"
USUAL = (-1, 800)  # Days from now.

# name: key, digest of its signature, issuer; without an issuer it signs itself
AUTHORITIES = {
    "ca1": (RSA, "sha256", None),
    "ca2": (RSA, "sha256", None),
    "sha1-root": (RSA, "sha1", None),
    "sha1-intermediate": (RSA, "sha1", "ca1"),
    "intermediate": (RSA, "sha256", "ca1"),
}
# name: key, digest, issuer, purposes, first and last day
LEAVES = {
    "rsa": (RSA, "sha256", "ca1", BOTH, USUAL),
    "ca2-rsa": (RSA, "sha256", "ca2", BOTH, USUAL),
    "ecdsa": (P384, "sha256", "ca1", BOTH, USUAL),
    "rsa-self": (RSA, "sha256", None, BOTH, USUAL),
    "ecdsa-self": (P384, "sha384", None, BOTH, USUAL),
    "sha1": (RSA, "sha1", "ca1", BOTH, USUAL),
    "below-sha1-intermediate": (RSA, "sha256", "sha1-intermediate", BOTH, USUAL),
    "below-sha1-root": (RSA, "sha256", "sha1-root", BOTH, USUAL),
    "below-intermediate": (RSA, "sha256", "intermediate", BOTH, USUAL),
    "server-only": (RSA, "sha256", "ca1", "serverAuth", (-1, 199)),
    "client-only": (RSA, "sha256", "ca1", "clientAuth", USUAL),
    "expired": (RSA, "sha256", "ca1", BOTH, (-800, -1)),
    "not-yet": (RSA, "sha256", "ca1", BOTH, (30, 800)),
    "short": (RSA, "sha256", "ca1", BOTH, (-150, 30)),
    "rsa-1024": (RSA_1024, "sha256", "ca1", BOTH, USUAL),
    "other-name": (RSA, "sha256", "ca1", BOTH, USUAL),
    "namesake-1": (RSA, "sha256", None, BOTH, USUAL),
    "namesake-2": (RSA, "sha256", None, BOTH, USUAL),
}

CONFIGURATION = """[ca]
default_ca = one
[one]
database = {name}.index
new_certs_dir = .
rand_serial = yes
policy = any
unique_subject = no
[any]
commonName = supplied
"""


def _length(size):
    """As DER writes it (ITU-T X.690 section 8.1.3), of what has more than 127 bytes or fewer."""
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _integer(value):
    size = value.bit_length() // 8 + 1
    return b"\x02" + _length(size) + value.to_bytes(size, "big")


def _day(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


class ScenarioPki:
    """Fills a folder with NAME.pem: the certificate, and the intermediate it needs above it."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for name, (key, digest, issuer) in AUTHORITIES.items():
            self._make(name, key, digest, issuer, "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n", (-900, 3000))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda leaf: self._leaf(leaf, *LEAVES[leaf]), LEAVES))
        chain = (folder / "below-intermediate.pem").read_text()
        self._trust_lists()
        self._large()
        (folder / "leaf-alone.pem").write_text(chain[:chain.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n")

    def _trust_lists(self):
        """As Hamburg hands them out, and as London did, with a copy of Hamburg's certificate in it."""
        hamburg, london, leaf = (self.folder / f"{name}.pem" for name in ("rsa-self", "namesake-1", "rsa"))
        write_trust_list(self.folder / "hamburg.tlv", hamburg, [(leaf, CCM_TFTP)])
        write_trust_list(self.folder / "london.tlv", london, [(london, CCM_TFTP), (leaf, CCM)])

    def _large(self):
        """A certificate of an RSA key of 8192 bits. Nobody signs with it here, and a key that fits would take long to find."""
        bits = 8192
        content = _integer(1 << (bits - 1) | random.Random(1).getrandbits(bits - 1) | 1) + _integer(65537)
        text = base64.b64encode(b"\x30" + _length(len(content)) + content).decode()
        (self.folder / "large.pub").write_text(f"-----BEGIN RSA PUBLIC KEY-----\n{textwrap.fill(text, 64)}\n-----END RSA PUBLIC KEY-----\n")
        self._openssl("rsa", "-RSAPublicKey_in", "-in", "large.pub", "-pubout", "-out", "large.spki")
        self._openssl("x509", "-req", "-in", "rsa.csr", "-force_pubkey", "large.spki", "-CA", "ca1.pem", "-CAkey", "ca1.key", "-days", "800",
                      "-extfile", "rsa.ext", "-out", "rsa-8192.pem")

    def _leaf(self, name, key, digest, issuer, purposes, days):
        names = "other.example" if name == "other-name" else "server.example,DNS:client.example"
        self._make(name, key, digest, issuer, f"basicConstraints=CA:FALSE\nsubjectAltName=DNS:{names}\nextendedKeyUsage={purposes}\n", days)
        if issuer and AUTHORITIES[issuer][2]:
            with (self.folder / f"{name}.pem").open("a") as file:
                file.write((self.folder / f"{issuer}.pem").read_text())

    def _make(self, name, key, digest, issuer, extensions, days):
        (self.folder / f"{name}.cnf").write_text(CONFIGURATION.format(name=name))
        (self.folder / f"{name}.ext").write_text(extensions)
        (self.folder / f"{name}.index").write_text("")
        self._openssl("req", "-new", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                      f"/CN={name.split('-')[0] if name.startswith('namesake') else name}")
        signer = ["-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key"] if issuer else ["-selfsign", "-keyfile", f"{name}.key"]
        self._openssl("ca", "-batch", "-notext", "-config", f"{name}.cnf", "-in", f"{name}.csr", "-out", f"{name}.pem", "-md", digest,
                      "-extfile", f"{name}.ext", "-startdate", _day(days[0]), "-enddate", _day(days[1]), *signer)

    def _openssl(self, *words):
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"openssl {' '.join(words)}: {done.stderr}")


class ScenarioTest(unittest.TestCase):
    """A folder with the certificates, into which site files are written."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.folder = Path(kept.name)
        ScenarioPki(cls.folder / "pki")

    def write(self, name, text):
        """@DAY+30 in a site file is the day in thirty days."""
        site = self.folder / name
        day = datetime.date.today()
        site.write_text(re.sub(r"@DAY\+(\d+)", lambda days: (day + datetime.timedelta(days=int(days[1]))).isoformat(), text))
        return site
