"""Servers that try a scan's patience, at depths quick and full with `--timeout 8`: one closes every second connection, one lets six
in within ten seconds, one greets after six. Each has the same TLS as its neighbour without these habits, and must be read as that is.
"""

import unittest

import lab
from processes import in_private_network
from program import DONE, rows, ucready

OFFSET = 0 if in_private_network() else 22000

# Few suites and groups: what is tried is patience, and one of them takes ten seconds for six connections.
TLS = ('tls: [TLSv1.2, TLSv1.3], identities: [rsa, ecdsa], groups: "X25519:P-256", prefer: server,'
       ' ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA"')

NODES = {
    "plain": "port: 8443, protocol: https",
    "every-second": "port: 8443, protocol: https, gate: every-second",
    "six-in-ten-seconds": "port: 8443, protocol: https, gate: six-in-ten-seconds",
    "slow-smtp": "port: 30025, protocol: smtp, banner_delay_s: 6",
    "slow-imap": "port: 30143, protocol: imap, banner_delay_s: 6",
}

ESTATE = """site: x
domain: x.example
organisation: X
authorities: [{name: root, subject: {CN: X Root}}]
clusters:
  - name: x
    product: other
    certificates: {rsa: {issuer: root}, ecdsa: {issuer: root, key: p256}}
    nodes:
""" + "".join(f"      - {{name: {name}, address: 127.17.0.{i}, interfaces: [{{{habits}, {TLS}}}]}}\n"
              for i, (name, habits) in enumerate(NODES.items(), 1))

VIEWS = {
    "v_interface": "state",
    "v_interface_version": "version, outcome, negotiated_version",
    "v_interface_certificate": "version, key_type, subject LIKE '%Root%' AS root, position",
    "v_interface_client_auth": "version, requested",
}
ONLY_IN_FULL = {
    "v_interface_cipher": "version, cipher, position",
    "v_interface_group": "version, group_name",
}


class Patience(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = lab.stand_up(cls.addClassCleanup, ESTATE, OFFSET)
        cls.scan = {}
        for depth in ("quick", "full"):
            cls.scan[depth] = ucready("scan", "--site", cls.folder / "lab/site.yaml", "--db", cls.folder / f"{depth}.db", "--depth", depth, "--timeout", 8,
                                      "--no-identify", timeout=540)

    def facts(self, depth, node):
        views = {**VIEWS, **(ONLY_IN_FULL if depth == "full" else {})}
        return {view: sorted(map(str, rows(self.folder / f"{depth}.db", f"SELECT {columns} FROM {view} WHERE node = ?", node)))
                for view, columns in views.items()}

    def check(self, depth, node):
        self.assertEqual(DONE, self.scan[depth].returncode, self.scan[depth].stderr)
        plain = self.facts(depth, "plain")
        # What is compared with: it has both certificates at both versions.
        self.assertEqual(4, sum("'position': 0" in row for row in plain["v_interface_certificate"]))
        self.assertEqual(plain, self.facts(depth, node))

    def check_traits(self, node):
        """What was asked once on a connection that was closed is not determined, or not complete: no other than it is."""
        plain, seen = ({(row["version"], row["trait"]): row["value"] for row in
                        rows(self.folder / "full.db", "SELECT version, trait, value FROM v_interface_trait WHERE node = ?", name)}
                       for name in ("plain", node))
        self.assertEqual(set(plain), set(seen))
        wrong = {key: value for key, value in seen.items() if value not in (plain[key], 0 if key[1].endswith("_complete") else None)}
        self.assertEqual({}, wrong)
        for version in ("TLSv1.2", "TLSv1.3"):
            self.assertEqual(1, seen[version, "ciphers_complete"], "the list that counts most is whole")


for depth_ in ("quick", "full"):
    for node_ in list(NODES)[1:]:
        setattr(Patience, f"test_{node_}_at_{depth_}".replace("-", "_"), lambda self, depth=depth_, node=node_: self.check(depth, node))
for node_ in list(NODES)[1:]:
    setattr(Patience, f"test_traits_of_{node_}".replace("-", "_"), lambda self, node=node_: self.check_traits(node))


if __name__ == "__main__":
    unittest.main()
