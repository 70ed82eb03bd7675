"""Plans sites of growing size with ucready, and prints what each costs.

usage: plan_bench.py UCREADY       (script/bench calls it)

Counted are CPU time and peak resident memory of the client process, as the kernel accounts them, with the site file read, the
forecast kept in the database, all rules run and the plan written. The sites are drawn by plan_site.py.
"""

import os
import sys
import tempfile
from pathlib import Path

from cost import cost_of
from plan_site import write

# clusters, hops between clusters, classes of phones, nodes of a cluster
SITES = [(1_000, 800, 400, 1), (1_000, 1_000, 400, 10), (10_000, 10_000, 400, 10)]


def main():
    ucready = sys.argv[1]
    print(f"{'clusters':>9} {'node pairs':>11} {'cpu s':>7} {'peak MB':>8} {'database MB':>12}")
    for clusters, hops, classes, nodes in SITES:
        with tempfile.TemporaryDirectory() as folder:
            site, database = Path(folder) / "site.yaml", Path(folder) / "x.db"
            with site.open("w") as out:
                write(clusters, hops, classes, nodes, out)
            seconds, megabytes = cost_of([ucready, "plan", "--site", str(site), "--db", str(database), "--quiet"])
            pairs = hops * nodes * nodes + classes * nodes
            print(f"{clusters:>9} {pairs:>11} {seconds:>7.2f} {megabytes:>8.1f} {os.path.getsize(database) / 1e6:>12.1f}")


if __name__ == "__main__":
    main()
