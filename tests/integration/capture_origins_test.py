"""What ucready capture reads of public captures is what their origins' own tests expect, but for an explained list.

JA3, JA3S and JA4 are held against every published output among them. The captures are not part of this repository: UCREADY_CAPTURES
names their folder (else ../shared/captures beside the checkout).
"""

import hashlib
import json
import os
import tempfile
import unittest
from collections import Counter, defaultdict
from pathlib import Path

from capture_differences import EXPLAINED_OF_ORIGINS
from capture_origins import READERS, certificates_of_zeek
from program import DONE, PARTLY, ROOT, rows, ucready

CAPTURES = Path(os.environ.get("UCREADY_CAPTURES", ROOT.parent / "shared/captures"))
NO_FACTS = {"origin", "client", "server", "count"}


def sessions_of(database):
    sha1 = {row["sha256"]: hashlib.sha1(row["der"]).hexdigest() for row in rows(database, "SELECT sha256, der FROM certificate")}
    chains = defaultdict(set)
    for row in rows(database, "SELECT chain_id, sha256 FROM chain"):
        chains[row["chain_id"]].add(sha1[row["sha256"]])
    sessions = rows(database, """
        SELECT v.*, k.server_chain_id, k.client_chain_id
        FROM session AS s
        JOIN capture_source AS f ON f.source = s.source
        JOIN session_kind AS k ON k.run_id = f.run_id AND k.kind = s.kind
        JOIN v_session AS v ON v.run_id = f.run_id AND v.client_port = s.client_port
          AND v.started_at = strftime('%Y-%m-%dT%H:%M:%S', s.started_us / 1000000, 'unixepoch') || printf('.%06dZ', s.started_us % 1000000)""")
    for session in sessions:
        session["client"] = f"{session['client_address']}:{session['client_port']}"
        session["server"] = f"{session['server_address']}:{session['server_port']}"
        session["leaf_sha1"] = sha1.get(session["server_certificate_sha256"])
        session["chain_sha1"] = chains[session["server_chain_id"]] | chains[session["client_chain_id"]]
    return sessions


def unlike(told, session):
    def same(fact, value):
        return value <= session[fact] if isinstance(value, set) else value == session[fact]

    return {fact: (value, session[fact]) for fact, value in told.items() if fact not in NO_FACTS and not same(fact, value)}


@unittest.skipUnless(CAPTURES.is_dir(), f"no captures in {CAPTURES}: set UCREADY_CAPTURES to compare with the origins of public ones")
class OriginsOfPublicCaptures(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.differences, cls.compared, cls.certificates = {}, Counter(), {}
        for folder in sorted(CAPTURES.glob("*/*.expected")):
            capture = Path(str(folder).removesuffix(".expected"))
            told = [each for reader in READERS for each in reader(folder)]
            described = certificates_of_zeek(folder)
            if not capture.exists() or not (told or described):
                continue
            with tempfile.TemporaryDirectory() as made:
                database = Path(made) / "x.db"
                done = ucready("capture", "-r", capture, "--db", database)
                assert done.returncode in (DONE, PARTLY), f"{capture}: {done.stderr}"
                sessions = sessions_of(database)
                ours = {row["sha256"]: row for row in rows(database, "SELECT sha256, key_bits, serial, key_type FROM certificate")}
            name = str(capture.relative_to(CAPTURES))
            # Some of Zeek's tests log several captures into one file: what tshark does not see in this one is of another.
            flows = json.loads(Path(f"{capture}.facts.json").read_text())["flows"]
            present = {frozenset((flow["a"], flow["b"])) for flow in flows if not flow["id"].startswith("udp")}
            cls.compare(name, [each for each in told if each["origin"] != "zeek" or {each["client"], each["server"]} in present], sessions)
            for sha256, facts in described.items():
                if sha256 in ours:
                    cls.certificates[name, sha256] = (facts, ours[sha256])

    @classmethod
    def compare(cls, name, told, sessions):
        for each in told:
            cls.compared.update((each["origin"], fact) for fact in each.keys() - NO_FACTS)
            ends = {each["client"], each["server"]} - {None}
            if not ends:
                matching = sum(not unlike(each, session) for session in sessions)
                if matching < each["count"]:
                    cls.differences[name, each["origin"], ""] = f"{matching} sessions are so: {each}"
                continue
            same_ends = [session for session in sessions if {session["client"], session["server"]} == ends]
            if not same_ends:
                cls.differences[name, each["origin"], each["client"]] = f"missing: {each}"
                continue
            nearest = min((unlike(each, session) for session in same_ends), key=len)
            if nearest and each.get("count") != 0:
                cls.differences[name, each["origin"], each["client"]] = f"(origin, ucready): {nearest}"

    def test_agree_with_us(self):
        unexplained = {key: value for key, value in self.differences.items() if key not in EXPLAINED_OF_ORIGINS}
        self.assertEqual({}, unexplained, "\n".join(f"{key}: {value}" for key, value in unexplained.items()))
        self.assertEqual(set(EXPLAINED_OF_ORIGINS), self.differences.keys() & EXPLAINED_OF_ORIGINS.keys(), "explained differences that are none any more")

    def test_publish_enough_to_compare_with(self):
        enough = {("ja4.python", "ja4"): 70, ("ja4.rust", "ja4"): 70, ("ndpi", "ja4"): 40, ("ndpi", "ja3"): 40, ("ndpi", "ja3s"): 40, ("arkime", "ja4"): 10,
                  ("arkime", "ja3s"): 10, ("zeek", "cipher"): 40, ("zeek", "established"): 40, ("zeek", "server_certificate_sha256"): 30, ("zeek", "alert"): 5}
        self.assertEqual({}, {key: self.compared[key] for key, least in enough.items() if self.compared[key] < least})

    def test_describe_certificates_as_we_do(self):
        self.assertGreater(len(self.certificates), 15)
        key_types = {"rsa": "rsa", "ecdsa": "ecdsa", "dsa": "dsa"}
        for (name, sha256), (theirs, ours) in self.certificates.items():
            with self.subTest(capture=name, certificate=sha256):
                self.assertEqual(theirs["serial"], ours["serial"].lstrip("0"))
                self.assertEqual(theirs["key_bits"], ours["key_bits"])
                if theirs["key_type"] in key_types:
                    self.assertEqual(key_types[theirs["key_type"]], ours["key_type"])


if __name__ == "__main__":
    unittest.main()
