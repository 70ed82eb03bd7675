"""Makes captures to measure with: real handshakes of OpenSSL, laid into packets, over and over with other ends.

usage: make_capture.py handshakes|bulk MEGABYTES FILE [CLIENTS]      (500 clients)

handshakes: connections that do little else, eight kinds of them (TLS 1.2 and 1.3, RSA and ECDSA, resumed, refused, with a
client certificate), each with its own ports, addresses and random. bulk: a handshake, then a megabyte of application data.
"""

import socket
import ssl
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

MSS = 1448
SYN, ACK, PSH, FIN = 2, 16, 8, 1


def certificate(folder, name, key):
    subprocess.run(["openssl", "req", "-x509", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "365", "-subj",
                    f"/O=Nordwind/CN={name}.nordwind.test"], cwd=folder, check=True, capture_output=True)
    return folder / f"{name}.pem", folder / f"{name}.key"


def contexts(server_pair, version, trusted=True, client_pair=None):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*server_pair)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    if trusted:
        client.load_verify_locations(server_pair[0])
    for context in (server, client):
        context.minimum_version = context.maximum_version = version
    if client_pair:
        server.verify_mode = ssl.CERT_REQUIRED
        server.load_verify_locations(client_pair[0])
        client.load_cert_chain(*client_pair)
    return server, client


def flights(server_context, client_context, session=None):
    """[(from the client?, bytes)], and the client's session."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context.wrap_bio(to_client, to_server, server_hostname="cucm-pub.nordwind.test", session=session)
    sent = []


    for _ in range(4):
        for end, out, from_client in ((client, to_server, True), (server, to_client, False)):
            before = out.pending
            try:
                end.do_handshake()
            except ssl.SSLError:
                pass
            if out.pending > before:
                data = out.read()
                sent.append((from_client, data))
                out.write(data)
    try:
        client.read(1)
        return sent, client.session
    except ssl.SSLWantReadError:
        return sent, client.session
    except ssl.SSLError:
        return sent, None  # Refused.


def kinds(folder):
    rsa = certificate(folder, "rsa", ["-newkey", "rsa:2048"])
    ecdsa = certificate(folder, "ecdsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
    found = []
    for pair in (rsa, ecdsa):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            server, client = contexts(pair, version)
            plain, session = flights(server, client)
            found.append(plain)
            if pair is rsa:
                found.append(flights(server, client, session)[0])
    found.append(flights(*contexts(ecdsa, ssl.TLSVersion.TLSv1_2, trusted=False))[0])
    found.append(flights(*contexts(rsa, ssl.TLSVersion.TLSv1_2, client_pair=ecdsa))[0])
    return found


def frame(source, target, sport, dport, sequence, acknowledgement, flags, payload):
    total = 40 + len(payload)
    return (b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + struct.pack("!BBHHHBBH4s4s", 0x45, 0, total, 0, 0x4000, 64, 6, 0, source, target)
            + struct.pack("!HHIIBBHHH", sport, dport, sequence, acknowledgement, 0x50, flags, 65535, 0, 0) + payload)


class Connection:
    """One connection's packets, made once as (from the client?, flags, payload); ends and times are filled in later."""

    def __init__(self, sent, more=0):
        self.packets = [(True, SYN, b""), (False, SYN | ACK, b""), (True, ACK, b"")]
        for from_client, data in sent:
            for at in range(0, len(data), MSS):
                self.packets.append((from_client, ACK | PSH, data[at:at + MSS]))
            self.packets.append((not from_client, ACK, b""))
        body = b"\x17\x03\x03\x40\x00" + bytes(16384)
        for at in range(0, more, MSS):
            self.packets.append((False, ACK, (body * (MSS // len(body) + 2))[at % len(body):at % len(body) + MSS]))
        self.packets += [(True, FIN | ACK, b""), (False, FIN | ACK, b""), (True, ACK, b"")]

    def write(self, file, number, clock, clients):
        client, server = struct.pack("!I", 0x0A010000 + number % clients), struct.pack("!I", 0x0A000001 + number % 40)
        sport, dport = 20_000 + number % 40_000, (8443, 5061, 443, 5222)[number % 4]
        sequence = {True: 1000, False: 2000}
        written = 0
        first = True
        for from_client, flags, payload in self.packets:
            if first and from_client and payload:  # The random of the ClientHello.
                payload = payload[:11] + struct.pack("!QQQQ", number, clock, 7, number) + payload[43:]
                first = False
            ends = (client, server, sport, dport) if from_client else (server, client, dport, sport)
            packet = frame(*ends, sequence[from_client], sequence[not from_client], flags, payload)
            sequence[from_client] += len(payload) + (1 if flags & (SYN | FIN) else 0)
            clock += 100
            file.write(struct.pack("<IIII", 1_790_000_000 + clock // 1_000_000, clock % 1_000_000, len(packet), len(packet)))
            file.write(packet)
            written += 16 + len(packet)
        return written, clock


def main():
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in ("handshakes", "bulk"):
        sys.exit(__doc__)
    kind, megabytes, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    clients = int(sys.argv[4]) if len(sys.argv) == 5 else 500
    with tempfile.TemporaryDirectory() as folder:
        handshakes = kinds(Path(folder))
    connections = [Connection(sent, 1_000_000 if kind == "bulk" else 0) for sent in handshakes]
    written, clock, number = 24, 0, 0
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while written < megabytes * 1_000_000:
            more, clock = connections[number % len(connections)].write(file, number, clock, clients)
            written += more
            number += 1
    print(f"{path}: {written} bytes, {number} connections")


if __name__ == "__main__":
    main()
