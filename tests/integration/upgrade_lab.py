"""tests/lab/upgrade.yaml served as its products are after any of its waves, and called by clients like theirs."""

import contextlib
import json

import lab
import lab_clients
import upgraded_products
from program import ROOT

ESTATE = ROOT / "tests/lab/upgrade.yaml"


class Lab:
    """The estate as its nodes stand after a wave; keys and certificates are the same each time."""

    def __init__(self, folder, estate):
        self.folder, self.estate = folder, estate
        self.names = {node["name"]: (cluster, node) for cluster in estate["clusters"] for node in cluster["nodes"]}

    @contextlib.contextmanager
    def up(self, wave):
        file = self.folder / f"wave-{wave}.yaml"
        file.write_text(json.dumps(upgraded_products.served(self.estate, upgraded_products.standing(self.estate, wave))))
        with lab.standing(file, self.folder / "lab"):
            yield

    def file_of(self, name):
        pki = self.folder / "lab/pki"
        return pki / f"{name}.pem" if "/" in name else pki / "ca" / f"{name}.pem"

    def store(self, cluster, node):
        """All that the client trusts, in a file; a node's own store stands in place of its cluster's."""
        entries = node.get("trust", cluster.get("trust", []))
        names = [name for entry in entries for name in (entry["files"] if isinstance(entry, dict) else [entry])]
        path = self.folder / f"{node['name']}-store.pem"
        path.write_text("".join(self.file_of(name).read_text() for name in names))
        return path

    def call(self, hop, wave, key_log=None):
        """The client of a forecast hop, as it is after a wave, connects to the hop's server as that stands now."""
        now = {cluster["name"]: cluster for cluster in upgraded_products.standing(self.estate, wave)["clusters"]}
        greeting = upgraded_products.greeting(now[hop["client"]], hop["client_service"])
        cluster, client = self.names[hop["client_node"]]
        _, server = self.names[hop["server_node"]]
        keys = self.folder / "lab/pki/keys"
        identities = [(self.file_of(f"{client['name']}/{certificate}"),
                       keys / f"{client['name']}-{cluster['certificates'][certificate].get('key', 'rsa2048')}.key")
                      for certificate in greeting["shows"]]
        return lab_clients.call(greeting, client["address"], server["address"], hop["port"], f"{server['name']}.{self.estate['domain']}",
                                self.store(cluster, client), identities, key_log=key_log)
