"""scan --as in an estate: the hellos of each client of the lab, sent to the servers of its hops in its place, are answered as
the client itself was answered in the capture: version, suite, group, leaf, and the alert where it was refused.

The capture has the clients' key log, so that it holds the leaf of TLS 1.3 as well.
"""

import os
import shutil
import unittest

import yaml

import lab
from processes import in_private_network
from program import DONE, rows, ucready
from recorded_packets import recorded
from upgrade_lab import ESTATE, Lab

COMPARED = ("version", "cipher", "group_name", "leaf", "alert")
# Today; TLS 1.3 at some; at all of CUCM; and nothing else there, so that the old ones are refused.
WAVES = (0, 2, 3, 5)


def hops_of(estate):
    """Each declared hop, from each node of the client to each of the server."""
    nodes = {cluster["name"]: [node["name"] for node in cluster["nodes"]] for cluster in estate["clusters"]}
    for hop in estate["hops"]:
        server, port = hop["to"].rsplit(":", 1)
        for client_node in nodes[hop["from"]]:
            for server_node in nodes[server]:
                yield {"client": hop["from"], "client_node": client_node, "client_service": hop.get("as", "sip-zone"),
                       "server_node": server_node, "port": int(port)}


@unittest.skipUnless(in_private_network() and os.getuid() == 0, "needs a network namespace: run as root with script/private-network")
@unittest.skipUnless(shutil.which("tcpdump"), "needs tcpdump")
class ReplayedEstate(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = lab.folder_of(cls.addClassCleanup)
        cls.estate = yaml.safe_load(ESTATE.read_text())
        cls.lab = Lab(cls.folder, cls.estate)
        cls.told = {wave: cls.replayed(wave) for wave in WAVES}

    @classmethod
    def replayed(cls, wave):
        """(captured, answered): for each client's hello at each of its servers, what came back."""
        database, capture, keys = (cls.folder / f"{wave}.{kind}" for kind in ("db", "pcap", "keys"))
        site = ["--site", cls.folder / "lab/site.yaml", "--db", database]
        with cls.lab.up(wave):
            with recorded(capture):
                for hop in hops_of(cls.estate):
                    cls.lab.call(hop, wave, keys)
            cls.run_well("capture", "-r", capture, "--keylog", keys, *site)
            for client in sorted({hop["from"] for hop in cls.estate["hops"]}):
                cls.run_well("scan", "--as", client, "--rate", "100", *site)
        captured = {}
        for row in rows(database, "SELECT client_address, server_address, server_port, offer_id, version, cipher, group_name,"
                                  " server_certificate_sha256 AS leaf, alert, alert_by, inferred FROM v_session"):
            if row["offer_id"] and (row["version"] or row["alert_by"] == "server"):
                captured[row["client_address"], row["server_address"], row["server_port"], row["offer_id"]] = row
        addresses = {node["name"]: node["address"] for cluster in cls.estate["clusters"] for node in cluster["nodes"]}
        answered = {(addresses[row["client_node"]], row["address"], row["port"], row["offer_id"]): row for row in
                    rows(database, "SELECT client_node, address, port, offer_id, outcome, version, cipher, group_name,"
                                   " certificate_sha256 AS leaf, alert, detail FROM v_offer_answer")}
        return captured, answered

    @staticmethod
    def run_well(*words):
        done = ucready(*words)
        if done.returncode != DONE:
            raise RuntimeError(f"{words} exited {done.returncode}: {done.stderr}")

    def test_each_server_answers_as_it_answered_the_client(self):
        for wave, (captured, answered) in self.told.items():
            with self.subTest(wave=wave):
                different = {}
                for key, client in captured.items():
                    replay = answered.get(key, {})
                    # What the client or the server said after the server's flight is beyond a replay.
                    compared = COMPARED[:4] if client["version"] else COMPARED
                    theirs, ours = ([row.get(column) for column in compared] for row in (client, replay))
                    if theirs != ours:
                        different[key[:3]] = theirs, ours, replay.get("detail")
                self.assertEqual({}, different)

    def test_every_client_of_every_hop_was_seen_and_replayed(self):
        hops = {(hop["client_node"], hop["server_node"], hop["port"]) for hop in hops_of(self.estate)}
        for wave, (captured, answered) in self.told.items():
            with self.subTest(wave=wave):
                self.assertEqual(len(hops), len(captured))
                self.assertLessEqual(set(captured), set(answered))

    def test_the_estate_is_worth_replaying(self):
        seen = [row for captured, _ in self.told.values() for row in captured.values()]
        self.assertLessEqual({"TLSv1.0", "TLSv1.2", "TLSv1.3", None}, {row["version"] for row in seen})
        both = {key: {row["leaf"] for other, row in captured.items() if other[1:3] == key[1:3]}
                for captured, _ in self.told.values() for key in captured}
        self.assertTrue([leaves for leaves in both.values() if len(leaves - {None}) > 1], "a server that shows both its certificates")
        self.assertTrue([row for row in seen if row["version"] == "TLSv1.3" and row["leaf"]], "a leaf of TLS 1.3, read with the key log")


if __name__ == "__main__":
    unittest.main()
