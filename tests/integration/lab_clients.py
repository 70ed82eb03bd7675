"""A client of the lab that is no part of it: `openssl s_client`, told to be like a product's client."""

import collections
import re
import subprocess

Outcome = collections.namedtuple("Outcome", "works version key_type refused_by alert")

REQUEST = "OPTIONS * HTTP/1.0\r\n\r\n"  # The lab's servers answer it, or close.
# No openssl.cnf: Debian's own keeps old versions off.
ENVIRONMENT = {"OPENSSL_CONF": "/dev/null", "PATH": "/usr/local/bin:/usr/bin:/bin"}


def words(greeting, client_address, server_address, port, name, store, identities, key_log=None):
    lowest, highest = greeting["versions"]
    yield from ("openssl", "s_client", "-connect", f"{server_address}:{port}", "-bind", f"{client_address}:0", "-state", "-ign_eof",
                "-legacy_server_connect", "-no-CApath", "-no-CAstore", "-min_protocol", lowest.replace("v1.0", "v1"),
                "-max_protocol", highest.replace("v1.0", "v1"), "-cipher", greeting["ciphers"] + ":@SECLEVEL=0",
                "-sigalgs", greeting["schemes"], "-servername", name)
    if key_log:
        yield from ("-keylogfile", str(key_log))
    for certificate, key in identities:
        yield from ("-xcert", str(certificate), "-xkey", str(key))
    if greeting["verifies"]:
        yield from ("-CAfile", str(store), "-partial_chain", "-verify_return_error", "-verify", "9")
        if greeting.get("checks_name"):
            yield from ("-verify_hostname", name)
    else:
        yield "-no-CAfile"


def call(*what, **more):
    done = subprocess.run(list(words(*what, **more)), input=REQUEST, capture_output=True, text=True, errors="replace", timeout=30, env=ENVIRONMENT)
    return read(done.stdout + done.stderr)


def read(told):
    """Who sent a fatal alert has refused; in TLS 1.3 the server's may come after the client was done."""
    alert = re.search(r"SSL3 alert (read|write):fatal:(.+)", told)
    if alert:
        return Outcome(False, "", "", "server" if alert[1] == "read" else "client", re.sub(r"\W+", "_", alert[2].strip().lower()))
    version = re.search(r"^New, (TLSv1\.3), Cipher|^    Protocol  : (TLSv\S+)$", told, re.M)
    leaf = re.search(r"^   a:PKEY: (\S+),", told, re.M)  # The first is the server's own.
    if not version or not leaf:
        raise RuntimeError(f"neither a session nor an alert: {told}")
    version = version[1] or version[2]
    return Outcome(True, "TLSv1.0" if version == "TLSv1" else version, "ecdsa" if leaf[1] == "id-ecPublicKey" else "rsa", "", "")
