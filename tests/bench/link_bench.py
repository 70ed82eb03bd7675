"""How long a full audit of one interface takes over a slow link, by how many connections the host may see at once.

usage: link_bench.py UCREADY       (script/bench calls it; needs root)
"""

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from pki import Pki  # noqa: E402
from processes import Processes  # noqa: E402
from scan_bench import PORT, farm  # noqa: E402
from slow_link import THERE, SlowLink  # noqa: E402

ONE_WAY = (0.0, 0.02, 0.04)


def main():
    if os.getuid() != 0:
        print("a slow link needs root: not measured")
        return
    print(f"{'round trip':>10} {'at once':>8} {'seconds':>8}")
    for delay in ONE_WAY:
        processes = Processes()
        try:
            with SlowLink(delay) as link:
                server = farm(processes, Pki(processes.folder / "pki"), [THERE])
                processes.start("farm", link.inside(server), PORT, host=THERE)
                for at_once in (2, 6):
                    database = processes.folder / f"{at_once}.db"
                    command = [sys.argv[1], "scan", f"https://{THERE}:{PORT}", "--depth", "full", "--no-identify", "--per-host", str(at_once),
                               "--rate", "1000", "--quiet", "--db", str(database)]
                    started = time.monotonic()
                    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    print(f"{2000 * delay:7.0f} ms {at_once:8} {time.monotonic() - started:8.2f}")
        finally:
            processes.stop()


if __name__ == "__main__":
    main()
