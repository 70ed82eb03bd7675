"""Starts server processes on free loopback ports and ends them again, all of them, by their own ids."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Debian's own openssl.cnf keeps TLS 1.0, 1.1 and SHA-1 off, whatever a server's options say.
WEAK_OPENSSL = """openssl_conf=c
[c]
ssl_conf=s
[s]
system_default=d
[d]
MinProtocol=None
CipherString=ALL:@SECLEVEL=0
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def in_private_network():
    return os.environ.get("UCREADY_PRIVATE_NETWORK") == "1"


class Processes:
    """A folder for configuration and logs, and the processes that were started in it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="ucready-test-")
        self.folder = Path(self._folder.name)
        self.folder.chmod(0o755)  # Daemons that give up root still read their configuration here.
        self._running = []
        self._logs = {}
        self.weak = self.write("weak.cnf", WEAK_OPENSSL)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, name, command, port, env=None, cwd=None, patience_s=60, user=None, host="127.0.0.1"):
        """Returns once `port` accepts; a process that ends before it did is an error with its output."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, cwd=cwd or self.folder, start_new_session=True, user=user,
                                       env={**os.environ, "OPENSSL_CONF": str(self.weak), **(env or {})})
        self._running.append(process)
        self._logs[process.pid] = log
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}: {log.read_text(errors='replace')}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((host, port)) == 0:
                    return process
            time.sleep(0.05)
        raise RuntimeError(f"{name} does not listen on {port}: {log.read_text(errors='replace')}")

    def ended(self):
        """{log: its end} of those that did not live on: what they would have answered is not known."""
        return {self._logs[process.pid].name: self._logs[process.pid].read_text(errors="replace")[-2000:]
                for process in self._running if process.poll() is not None}

    def stop(self):
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._folder.cleanup()
