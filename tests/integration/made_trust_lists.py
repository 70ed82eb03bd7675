"""Writes trust lists (ITLFile.tlv) as a voice system signs them, from PEM files and with openssl alone."""

import subprocess
import tempfile
from pathlib import Path

SAST, CCM, CCM_TFTP, CAPF, TVS = 0, 1, 2, 4, 21
SIGNATURE_BYTES = 256


def _openssl(*words, given=None):
    return subprocess.run(["openssl", *map(str, words)], input=given, capture_output=True, check=True).stdout


def _field(tag, value):
    return bytes([tag]) + len(value).to_bytes(2, "big") + value


def _text(tag, text):
    return _field(tag, text.encode() + b"\0")


def _shown(certificate, what):
    return _openssl("x509", "-in", certificate, "-noout", f"-{what}", "-nameopt", "RFC2253").decode().split("=", 1)[1].strip()


def _serial(certificate):
    return bytes.fromhex(_shown(certificate, "serial"))


def _record(certificate, role):
    body = (_text(2, "") + _text(3, _shown(certificate, "subject")) + _field(4, role.to_bytes(2, "big"))
            + _text(5, _shown(certificate, "issuer")) + _field(6, _serial(certificate))
            + _field(9, _openssl("x509", "-in", certificate, "-outform", "DER")))
    return _field(1, (len(body) + 5).to_bytes(2, "big")) + body


def _head(signer, signature, length, name):
    info = _text(4, _shown(signer, "subject")) + _text(6, _shown(signer, "issuer")) + _field(5, _serial(signer))
    head = (_field(1, bytes([1, 2])) + _field(2, length.to_bytes(2, "big")) + _field(3, info)
            + _field(7, _field(8, b"\3") + _field(9, _field(10, b"\0") + _field(11, b"\2"))) + signature
            + _text(14, name) + _field(15, (1767225600).to_bytes(4, "big")))
    return head + b"\x0d" * (-len(head) % 4)


def write_trust_list(file, signer, records, name="ITLFile.tlv"):
    """`records`: (PEM file, role); `signer`, a PEM file beside its .key of RSA 2048, becomes the first one. `name`: in the list itself."""
    body = b"".join(_record(certificate, role) for certificate, role in [(signer, SAST), *records])
    length = len(_head(signer, _field(12, bytes(SIGNATURE_BYTES)), 0, name))
    unsigned = _head(signer, b"", length, name)
    # Padding counts as it stands in the signed file.
    unsigned = unsigned.rstrip(b"\x0d") + b"\x0d" * (length - 3 - SIGNATURE_BYTES - len(unsigned.rstrip(b"\x0d")))
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(unsigned + body)
        kept.flush()
        signature = _openssl("dgst", "-sha512", "-sign", Path(signer).with_suffix(".key"), kept.name)
    signed = _head(signer, _field(12, signature), length, name)
    Path(file).write_bytes(signed + body)
