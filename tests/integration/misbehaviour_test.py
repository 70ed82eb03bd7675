"""Every misbehaviour of the lab's servers behind every dialect: in place of the greeting, and once TLS may start. Each is an observation,
and behind a dialect the same one as without.
"""

import re
import unittest

import lab
from processes import in_private_network
from program import DONE, ROOT, rows, ucready

OFFSET = 0 if in_private_network() else 23000
DIALECTS = ["smtp", "imap", "xmpp-client", "xmpp-server", "ldap", "postgresql", "tds"]
MISBEHAVIOURS = re.findall(r'^    \{"([a-z0-9-]+)",', (ROOT / "tests/lab/misbehaviour.cc").read_text(), re.M)

# A byte a second: how far it comes within the time of a connection is a matter of how long the talk before it was.
BY_THE_CLOCK = {"drip"}
NEEDS_CERTIFICATE = "identities: [rsa], tls: [TLSv1.0, TLSv1.3]"


def interfaces():
    """(node, what the estate file says of its interface)"""
    for behaviour in MISBEHAVIOURS:
        alert = ", alert: 40" if behaviour == "alert" else ""
        # Which versions its own reply is for, it asks of the hello itself.
        served = NEEDS_CERTIFICATE.replace("TLSv1.3", "TLSv1.2") if behaviour.startswith(("intolerant", "warning")) else NEEDS_CERTIFICATE
        yield f"direct-{behaviour}", f"port: 30100, protocol: sip-tls, behaviour: {behaviour}{alert}, {served}"
        for dialect in DIALECTS:
            domain = ", domain: x.example" if dialect.startswith("xmpp") else ""
            yield f"{dialect}-after-{behaviour}", f"port: 30100, protocol: {dialect}{domain}, behaviour: {behaviour}{alert}, {served}"
            yield f"{dialect}-instead-{behaviour}", f"port: 30100, protocol: {dialect}, dialect: direct{domain}, behaviour: {behaviour}{alert}, {served}"


class Misbehaviour(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        nodes = "".join(f"      - {{name: {name}, address: 127.18.{i // 250}.{i % 250 + 1}, interfaces: [{{{says}}}]}}\n"
                        for i, (name, says) in enumerate(interfaces()))
        folder = lab.stand_up(cls.addClassCleanup, "site: x\ndomain: x.example\norganisation: X\nclusters:\n  - name: x\n    product: other\n"
                              f"    certificates: {{rsa: {{}}}}\n    nodes:\n{nodes}", OFFSET)
        database = folder / "x.db"
        scan = ucready("scan", "--site", folder / "lab/site.yaml", "--db", database, "--depth", "versions", "--timeout", 6, "--concurrency", 100, timeout=500)
        if scan.returncode != DONE:
            raise RuntimeError(f"scan exited {scan.returncode}: {scan.stderr}")
        cls.states = {row["node"]: row["state"] for row in rows(database, "SELECT node, state FROM v_interface")}
        cls.accepted = {name: {row["version"] for row in rows(database, "SELECT version FROM v_interface_version WHERE node = ? AND outcome ="
                                                                        " 'accepted'", name)} for name in cls.states}

    def test_each_has_an_observation(self):
        self.assertGreater(len(MISBEHAVIOURS), 15)
        self.assertEqual({name for name, _ in interfaces()}, set(self.states))

    def ending(self, behaviour, name):
        """Of who closes before it has read our hello the kernel says "reset" where that was already there."""
        state = self.states[name]
        return "closed" if behaviour == "close" and state == "reset" else state, self.accepted[name]

    def test_behind_a_dialect_it_is_what_it_is_without(self):
        different = {}
        for behaviour in set(MISBEHAVIOURS) - BY_THE_CLOCK:
            plain = f"direct-{behaviour}"
            for dialect in DIALECTS:
                name = f"{dialect}-after-{behaviour}"
                if self.ending(behaviour, plain) != self.ending(behaviour, name):
                    different[name] = self.ending(behaviour, name), "without", self.ending(behaviour, plain)
        self.assertEqual({}, different)

    def test_in_place_of_a_greeting_nothing_of_it_is_taken_for_tls(self):
        for behaviour in MISBEHAVIOURS:
            for dialect in DIALECTS:
                name = f"{dialect}-instead-{behaviour}"
                with self.subTest(name):
                    if dialect == "tds":  # Which may begin with TLS as well, in TDS 8.0, and is asked both ways.
                        self.assertLessEqual(self.accepted[name], self.accepted[f"direct-{behaviour}"])
                        continue
                    self.assertEqual(set(), self.accepted[name])
                    self.assertNotEqual("tls", self.states[name])

    def test_some_of_them_are_read_all_the_same(self):
        for behaviour in ("crumbs", "warning-first", "intolerant-close"):
            self.assertIn("TLSv1.2", self.accepted[f"direct-{behaviour}"], behaviour)


if __name__ == "__main__":
    unittest.main()
