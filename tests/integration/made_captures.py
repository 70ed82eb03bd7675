"""Captures of unusual estates: connections that all stop half-way, or as many servers as one likes."""

import socket
import struct
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))

from make_capture import ACK, FIN, PSH, SYN, Connection, contexts, certificate, flights, frame  # noqa: E402
import ssl  # noqa: E402


def answered_hello():
    """A ClientHello of TLS 1.2, and the server's flight with its certificate."""
    with tempfile.TemporaryDirectory() as folder:
        pair = certificate(Path(folder), "rsa", ["-newkey", "rsa:2048"])
        sent, _ = flights(*contexts(pair, ssl.TLSVersion.TLSv1_2))
    return sent[0][1], sent[1][1]


def write_hellos(path, connections, hosts=1):
    """Connections without an end, to so many servers in turns."""
    hello, answer = answered_hello()
    clock = 0

    def packet(number, from_client, payload):
        nonlocal clock
        clock += 10
        client = (struct.pack("!I", 0x0A010000 + number), 40_000)
        server = (struct.pack("!I", 0x0A800000 + number % hosts), 5061)
        source, target = (client, server) if from_client else (server, client)
        sequence = (1000, 2000) if from_client else (2000, 1000 + len(hello))
        data = frame(source[0], target[0], source[1], target[1], *sequence, ACK | PSH, payload)
        file.write(struct.pack("<IIII", 1_790_000_000 + clock // 1_000_000, clock % 1_000_000, len(data), len(data)) + data)

    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number in range(connections):
            packet(number, True, hello)
            packet(number, False, answer)


def write_connection(path, sent, client, server, at=None):
    """One connection with these flights, [(from the client?, bytes)], between two (address, port), as packets on a wire would show it."""
    clock = int((at or time.time()) * 1_000_000)
    ends = {True: (socket.inet_aton(client[0]), client[1]), False: (socket.inet_aton(server[0]), server[1])}
    sequence = {True: 1000, False: 2000}
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for from_client, flags, payload in Connection(sent).packets:
            (source, sport), (target, dport) = ends[from_client], ends[not from_client]
            packet = frame(source, target, sport, dport, sequence[from_client], sequence[not from_client], flags, payload)
            sequence[from_client] += len(payload) + (1 if flags & (SYN | FIN) else 0)
            clock += 100
            out.write(struct.pack("<IIII", clock // 1_000_000, clock % 1_000_000, len(packet), len(packet)) + packet)
