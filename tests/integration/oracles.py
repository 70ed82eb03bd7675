"""What other people's tools say of a server: nmap, sslscan and openssl s_client.

Neither is a judge. nmap writes its own hellos and so sees SSLv3; OpenSSL 3 has none. Both answer a question of their own,
and where that differs from ours the test says so.
"""

import functools
import hashlib
import os
import re
import ssl
import subprocess
import xml.etree.ElementTree as xml

from program import ROOT

VERSIONS = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
S_CLIENT_FLAGS = {"TLSv1.0": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}

# Hellos that leave the server one kind of key: by suites up to TLS 1.2, by signature schemes in TLS 1.3.
KEY_KINDS = {
    "rsa": ("aRSA", "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pkcs1_sha256:rsa_pkcs1_sha1"),
    "ecdsa": ("aECDSA", "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ECDSA+SHA1"),
    "ed25519": ("aECDSA", "ed25519"),
    "rsa-pss": ("aRSA", "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512"),
}


WELL_KNOWN = {"smtp": 25, "imap": 143}


class Nmap:
    """One run of nmap over a port: {version: [suites]} and the facts of the one certificate it looks at."""

    def __init__(self, listening):
        command = ["nmap", "-Pn", "-n", "-oX", "-", "-p", str(listening.port), "--script", "+ssl-enum-ciphers,+ssl-cert", "127.0.0.1"]
        if listening.starttls and listening.port != WELL_KNOWN[listening.starttls]:
            command[1:1] = ["-sV", "--version-intensity", "2"]  # Elsewhere it starts TLS only in a service it recognised.
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = xml.fromstring(done.stdout)
        self.suites = {table.get("key"): [name.text for name in table.findall("table[@key='ciphers']/table/elem[@key='name']")]
                       for table in found.findall(".//script[@id='ssl-enum-ciphers']/table")}
        certificate = found.find(".//script[@id='ssl-cert']")
        self.certificate = None
        if certificate is not None:
            pem = certificate.findtext("elem[@key='pem']")
            self.certificate = {
                "sha256": hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.strip() + "\n")).hexdigest(),
                "bits": certificate.findtext("table[@key='pubkey']/elem[@key='bits']"),
                "signature": certificate.findtext("elem[@key='sig_algo']"),
                "not_before": certificate.findtext("table[@key='validity']/elem[@key='notBefore']"),
                "not_after": certificate.findtext("table[@key='validity']/elem[@key='notAfter']"),
            }


class Sslscan:
    """One run of sslscan over a port: {version: {suites}}. It has a name to ask for, and a certificate to show."""

    STARTTLS = {"postgres": "psql", "mysql": "mysql", "smtp": "smtp", "imap": "imap"}

    def __init__(self, listening, certificate, key):
        command = ["sslscan", "--xml=-", "--no-check-certificate", "--no-cipher-details", "--no-compression", "--no-fallback", "--no-groups",
                   "--no-heartbleed", "--no-renegotiation", "--timeout=10", f"--certs={certificate}", f"--pk={key}"]
        command += [f"--sni-name={listening.server_name}"] if listening.server_name else []
        command += [f"--starttls-{self.STARTTLS[listening.starttls]}"] if listening.starttls else []
        done = subprocess.run([*command, f"127.0.0.1:{listening.port}"], capture_output=True, text=True, errors="replace", check=True)
        self.suites = {}
        for cipher in xml.fromstring(done.stdout).findall(".//cipher"):
            name = suites_by_number().get(int(cipher.get("id"), 16))
            self.suites.setdefault(cipher.get("sslversion"), set()).add(name or cipher.get("cipher"))


@functools.cache
def suites_by_number():
    """{number: IANA name}"""
    listed = (ROOT / "tls/registry/cipher_suites.inc").read_text()
    return {int(number, 16): name for number, name in re.findall(r'\{\{(0x\w+)\}, "(\w+)"\}', listed)}


def iana_names():
    """What openssl calls each suite: {IANA name: its own name}."""
    listed = subprocess.run(["openssl", "ciphers", "-V", "-stdname", "ALL:eNULL:@SECLEVEL=0"], capture_output=True, text=True, check=True)
    return {fields[2]: fields[4] for fields in map(str.split, listed.stdout.splitlines())}


class SClient:
    """One handshake of openssl s_client, read from what it prints of the messages."""

    def __init__(self, listening, version, kind=None, server_name="", weak="/dev/null", suite=None):
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{listening.port}", S_CLIENT_FLAGS[version], "-showcerts", "-msg",
                   "-legacy_server_connect"]
        command += ["-servername", server_name] if server_name else ["-noservername"]
        if listening.starttls:
            command += ["-starttls", listening.starttls]
        suites, schemes = KEY_KINDS[kind] if kind else (suite or "ALL", None)
        if version == "TLSv1.3":
            command += ["-sigalgs", schemes] if schemes else []
        else:
            command += ["-cipher", f"{suites}:@SECLEVEL=0"]
            # Two kinds of key share their suites; only TLS 1.2 can tell them apart, by its schemes.
            command += ["-sigalgs", schemes] if schemes and version == "TLSv1.2" else []
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30,
                              env={**os.environ, "OPENSSL_CONF": str(weak)})
        self.text = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")

    @property
    def leaf_sha256(self):
        """Nothing where no certificate came."""
        pem = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", self.text, re.S)
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.group(0) + "\n")).hexdigest() if pem else None

    @property
    def accepted(self):
        return re.search(r"^<<< .*ServerHello$", self.text, re.M) is not None

    @property
    def client_certificate_requested(self):
        return re.search(r"^<<< .*CertificateRequest$", self.text, re.M) is not None

    @property
    def authorities(self):
        names = re.search(r"^Acceptable client certificate CA names\n((?:.+\n)+?)(?=Client Certificate|Requested|Shared|---)", self.text, re.M)
        return names.group(1).splitlines() if names else []
