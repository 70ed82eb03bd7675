"""A SQL server as far as its TLS: PRELOGIN, then a handshake wrapped in PRELOGIN packets (MS-TDS section 3.2.5.2)."""

import socket
import ssl
import struct
import threading

ON, NOT_SUPPORTED = 1, 2


def packet(kind, payload):
    return struct.pack(">BBHHBB", kind, 1, 8 + len(payload), 0, 0, 0) + payload


def read_packet(connection):
    """(kind, payload)"""
    header = connection.recv(8, socket.MSG_WAITALL)
    if len(header) < 8:
        raise ConnectionError("closed")
    kind, _, length, *_ = struct.unpack(">BBHHBB", header)
    if length < 8:
        raise ConnectionError("no packet of TDS")  # A bare ClientHello, for one.
    return kind, connection.recv(length - 8, socket.MSG_WAITALL)


class FakeSqlServer:
    """Serves in threads of its own until the end of the with block. `heard`: of each connection the packets, (kind, payload),
    in the order of connections."""

    def __init__(self, certificate, key, encryption=ON):
        self._encryption = encryption
        self.heard = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA:@SECLEVEL=0")
        self._context.load_cert_chain(certificate, key)

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        heard = []
        self.heard.append(heard)

        def next_payload():
            heard.append(read_packet(connection))
            return heard[-1][1]

        with connection:
            connection.settimeout(20)
            try:
                next_payload()
                options = bytes([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff]) + bytes([16, 0, 16, 0, 0, 0, self._encryption])
                connection.sendall(packet(4, options))
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                tls = self._context.wrap_bio(incoming, outgoing, server_side=True)
                done = False
                while not done:
                    try:
                        tls.do_handshake()
                        done = True
                    except ssl.SSLWantReadError:
                        pass
                    except ssl.SSLError:
                        connection.sendall(packet(0x12, outgoing.read()))
                        return
                    if outgoing.pending:
                        connection.sendall(packet(0x12, outgoing.read()))
                    if not done:
                        incoming.write(next_payload())
            except OSError:
                pass
