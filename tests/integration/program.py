"""Runs ucready as a user does and reads the database it leaves."""

import os
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UCREADY = os.environ.get("UCREADY", str(ROOT / "build/dev/bin/ucready"))
LAB = os.environ.get("LAB", str(ROOT / "build/dev/bin/ucready-lab"))

DONE, FINDINGS, USAGE, PARTLY = 0, 1, 2, 3


def ucready(*words, program=UCREADY, timeout=300, **options):
    return subprocess.run([str(program), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout, **options)


def started(*words, **options):
    return subprocess.Popen([UCREADY, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options)


def as_somebody_else():
    """For Popen: root may read and write everything, so a test of permissions must not be root."""
    return {"user": "nobody", "cwd": "/"} if os.getuid() == 0 else {}


def rows(database, query, *parameters):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(query, parameters)]
    connection.close()
    return found


def site_of_nodes(path, addresses, interfaces, product="other"):
    """A site file of one cluster whose every node has the same interfaces."""
    lines = ["site: test", "clusters:", "  - name: estate", f"    product: {product}", "    interfaces:"]
    lines += [f"      - {{port: {port}, protocol: {protocol}{', server_name: ' + name if name else ''}"
              f"{', domain: ' + domain[0] if domain and domain[0] else ''}}}" for port, protocol, name, *domain in interfaces]
    lines += ["    nodes:"] + [f"      - {{name: node-{i}, address: {address}}}" for i, address in enumerate(addresses)]
    Path(path).write_text("\n".join(lines) + "\n")
    return path
