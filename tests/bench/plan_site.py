"""Writes a site file of any size for the bench of plan: clusters of NODES nodes (1), hops between them, phones in classes.

    plan_site.py CLUSTERS HOPS CLASSES [NODES] > site.yaml
"""

import random
import sys

PRODUCTS = [("cucm", "14SU3", "15SU4a", 5061), ("expressway-c", "X14.3.7", "X15.5", 5061), ("imp", "14SU3", "15SU4a", 5062),
            ("cuc", "14SU3", "15SU4a", 8443), ("cube", "17.9.4a", "17.15.1a", 5061)]


def write(clusters, hops, classes, nodes, out):
    drawn = random.Random(1)
    out.write("site: bench\nclusters:\n")
    for i in range(clusters):
        product, release, target, _ = PRODUCTS[i % len(PRODUCTS)]
        addresses = ", ".join(f"{{name: n{node}, address: 10.{(at := i * nodes + node) >> 16}.{at >> 8 & 255}.{at & 255}}}"
                              for node in range(nodes))
        out.write(f"  - {{name: c{i}, product: {product}, release: {release}, target: {target}, settings: {{tls_min: TLSv1.2}}, "
                  f"nodes: [{addresses}]}}\n")
    for i in range(classes):
        out.write(f"  - {{name: p{i}, product: phone, model: '{drawn.choice(['7841', '8845', '9871'])}', release: '14.2', count: 100}}\n")
    out.write("hops:\n")
    seen = set()
    for _ in range(hops):
        client, server = drawn.randrange(clusters), drawn.randrange(clusters)
        if client == server or (client, server) in seen:
            continue
        seen.add((client, server))
        out.write(f"  - {{from: c{client}, to: 'c{server}:{PRODUCTS[server % len(PRODUCTS)][3]}'}}\n")
    for i in range(classes):
        out.write(f"  - {{from: p{i}, to: 'c{i * len(PRODUCTS) % (clusters - clusters % len(PRODUCTS))}:5061'}}\n")
    out.write("order:\n")
    for wave in range(10):
        out.write(f"  - [{', '.join(f'c{i}' for i in range(wave, clusters, 10))}]\n")


if __name__ == "__main__":
    write(*map(int, (sys.argv[1:] + ["1"])[:4]), sys.stdout)
