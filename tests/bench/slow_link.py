"""A link of a given delay between two network namespaces, made of two tun devices and this process, which holds each packet back.

Needs root. The kernel's own netem is no module of every kernel.
"""

import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import threading
import time

TUNSETIFF, IFF_TUN_NO_PI, CLONE_NEWNET = 0x400454CA, 0x1001, 0x40000000
HERE, THERE = "198.51.100.1", "198.51.100.2"
_libc = ctypes.CDLL(None, use_errno=True)


class SlowLink:
    """`delay` in seconds, each way. Commands of inside() run at the far end, which answers as THERE."""

    def __init__(self, delay):
        self.delay = delay
        self.far = f"ucready-far-{os.getpid()}"
        self.devices = []

    def __enter__(self):
        subprocess.run(["ip", "netns", "add", self.far], check=True)
        try:
            self.near = self._device("near0", HERE)
            with open("/proc/self/ns/net", "rb") as own, open(f"/run/netns/{self.far}", "rb") as far:
                self._enter(far)
                try:
                    self.there = self._device("far0", THERE)
                    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
                finally:
                    self._enter(own)
        except BaseException:
            self.__exit__()
            raise
        self.stopped, self.stop = os.pipe()
        self.carrier = threading.Thread(target=self._carry)
        self.carrier.start()
        return self

    def __exit__(self, *_):
        if hasattr(self, "carrier"):
            os.close(self.stop)
            self.carrier.join()
        for device in self.devices:
            os.close(device)
        subprocess.run(["ip", "netns", "delete", self.far], check=False)

    def inside(self, command):
        return ["ip", "netns", "exec", self.far, *command]

    @staticmethod
    def _enter(namespace):
        if _libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def _device(self, name, address):
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        self.devices.append(device)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN_NO_PI))
        subprocess.run(["ip", "address", "add", f"{address}/30", "dev", name], check=True)
        subprocess.run(["ip", "link", "set", name, "up"], check=True)
        return device

    def _carry(self):
        """Packets in the order in which they are due."""
        waiting, number = [], 0
        ends = {self.near: self.there, self.there: self.near}
        while True:
            patience = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            ready, _, _ = select.select([*ends, self.stopped], [], [], patience)
            if self.stopped in ready:
                return
            for device in ready:
                heapq.heappush(waiting, (time.monotonic() + self.delay, number, ends[device], os.read(device, 65536)))
                number += 1
            while waiting and waiting[0][0] <= time.monotonic():
                _, _, device, packet = heapq.heappop(waiting)
                os.write(device, packet)
