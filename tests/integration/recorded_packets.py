"""What passes on the loopback interface, recorded by tcpdump: whole, however busy the machine is. Needs root."""

import contextlib
import socket
import subprocess
import time


@contextlib.contextmanager
def recorded(path):
    """All that passes on lo, in a file: up to a datagram of our own, which comes last."""
    last = b"the last packet of " + str(path).encode()
    with subprocess.Popen(["tcpdump", "-i", "lo", "-Z", "root", "-s", "0", "-U", "-w", path, "tcp or udp port 9"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as dump:
        for line in dump.stderr:
            if "listening on" in line:
                break
        try:
            yield
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mark:
                mark.sendto(last, ("127.0.0.1", 9))
            until = time.monotonic() + 60
            while last not in path.read_bytes():
                if time.monotonic() > until:
                    raise RuntimeError("tcpdump did not write what it saw")
                time.sleep(0.05)
        finally:
            dump.terminate()
            dump.stderr.read()
