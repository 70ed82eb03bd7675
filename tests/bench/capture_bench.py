"""Reads captures with ucready, tshark and tcpdump in one run, and prints what each costs.

usage: capture_bench.py UCREADY [MEGABYTES]       (1000; script/bench calls it)

The captures are made by make_capture.py: handshakes that are all there is, the same of 50,000 clients, and connections that go on
for a megabyte. Counted is CPU time, user and system, of the whole process, with the database and the rules of ucready. tshark looks
for hellos and certificates as ucready does, but in a part of the capture, because it is slower; tcpdump only counts the packets
that a filter passes. Each is measured three times and the least taken: others on the machine can only add to it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from cost import cost_of

HERE = Path(__file__).resolve().parent
CAPTURES = (("handshakes", ["handshakes"], []), ("handshakes, 50,000 clients", ["handshakes"], ["50000"]), ("bulk", ["bulk"], []))
TSHARK = ["tshark", "-n", "-2", "-Y", "tls.handshake.type in {1, 2, 11, 13} or tls.alert_message", "-T", "fields",
          "-e", "ip.src", "-e", "ip.dst", "-e", "tls.handshake.type", "-e", "tls.handshake.ciphersuite"]


def make(path, kind, megabytes, clients):
    subprocess.run([sys.executable, str(HERE / "make_capture.py"), *kind, str(megabytes), str(path), *clients], check=True,
                   stdout=subprocess.DEVNULL)
    return path, path.stat().st_size / 1e9


def ucready_cost(ucready, capture, folder):
    costs = []
    for number in range(3):
        database = folder / f"{number}.db"
        costs.append(cost_of([ucready, "capture", "-r", str(capture), "--db", str(database), "--quiet"], silent=True))
        for file in folder.glob(f"{number}.db*"):
            file.unlink()
    return min(costs)


def main():
    ucready, megabytes = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    print(f"{'capture':28} {'reader':34} {'GB':>6} {'cpu s':>8} {'cpu s/GB':>9} {'peak MB':>8} {'ucready is':>11}")
    for name, kind, clients in CAPTURES:
        with tempfile.TemporaryDirectory() as where:
            folder = Path(where)
            capture, size = make(folder / "whole.pcap", kind, megabytes, clients)
            part, part_size = make(folder / "part.pcap", kind, min(megabytes, 30), clients)
            rows = [("ucready capture", size, *ucready_cost(ucready, capture, folder)),
                    ("tcpdump -w /dev/null tcp", size, *min(cost_of(["tcpdump", "-nr", str(capture), "-w", "/dev/null", "tcp"], True)
                                                            for _ in range(3))),
                    ("tshark, TLS handshake fields", part_size, *cost_of([TSHARK[0], "-r", str(part), *TSHARK[1:]], True))]
        ours = rows[0][2] / rows[0][1]
        for reader, gigabytes, cpu, peak in rows:
            print(f"{name:28} {reader:34} {gigabytes:6.2f} {cpu:8.2f} {cpu / gigabytes:9.2f} {peak:8.1f} {cpu / gigabytes / ours:10.1f}x")


if __name__ == "__main__":
    main()
