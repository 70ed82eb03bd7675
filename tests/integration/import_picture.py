"""What an import tells, as sets that can be compared, and in what one import contradicts another that had more to read.

Names of clusters follow from what their nodes have in common, so an import that knows fewer nodes may name them otherwise. Systems are
therefore told apart by their nodes, stand-ins by their addresses, classes of phones by what they are.
"""

from dataclasses import dataclass, field

from program import rows

NEWEST = "run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'import')"


@dataclass
class Picture:
    facts: dict = field(default_factory=dict)   # (cluster, node, service, port, name): values
    hops: set = field(default_factory=set)      # (client, node, service, server, node, address, port, protocol, security, dormant)
    stores: dict = field(default_factory=dict)  # (cluster, node, store): what it holds
    chains: set = field(default_factory=set)    # (cluster, node, service, port, chain)
    members: dict = field(default_factory=dict)  # Nodes of clusters.
    addresses: dict = field(default_factory=dict)  # Of (cluster, node).

    def product(self, cluster):
        return next(iter(self.facts.get((cluster, "", "", 0, "product"), [None])))

    def is_stand_in(self, cluster):
        return cluster.startswith("peer-")


def picture(database):
    made = Picture()
    for row in rows(database, f"SELECT * FROM v_setting WHERE {NEWEST} AND confidence = 'imported'"):
        made.facts.setdefault((row["cluster"], row["node"] or "", row["service"] or "", row["port"] or 0, row["name"]), set()).add(row["value"])
    for row in rows(database, f"SELECT * FROM v_node WHERE {NEWEST}"):
        made.members.setdefault(row["cluster"], set()).add(row["node"])
        made.addresses[row["cluster"], row["node"]] = row["address"]
    made.hops = {tuple(row.values()) for row in rows(
        database, "SELECT client, client_node, client_service, server, server_node, address, port, protocol, security, dormant FROM v_hop "
                  f"WHERE {NEWEST} AND source = 'imported'")}
    for row in rows(database, f"SELECT * FROM v_trust WHERE {NEWEST}"):
        made.stores.setdefault((row["cluster"], row["node"] or "", row["store"]), set()).add((row["sha256"] or row["subject"], row["roles"]))
    made.chains = {(row["cluster"], row["node"], row["service"], row["port"], row["chain_id"])
                   for row in rows(database, f"SELECT * FROM declared_chain WHERE {NEWEST}")}
    for cluster, node, *_ in [*made.facts, *made.stores, *made.chains]:
        if node:
            made.members.setdefault(cluster, set()).add(node)
    return made


class Comparison:
    """What `less` says that `more` does not: it should be nothing."""

    def __init__(self, less, more):
        self.less, self.more = less, more
        self.node_of_address = {address: place for place, address in more.addresses.items() if address}
        self.cluster_of_node = {node: cluster for cluster, nodes in more.members.items() for node in nodes}

    def clusters(self, name):
        """What the fuller import may have in its place: the cluster of the same nodes, a system for a stand-in, classes of the same phones."""
        nodes = self.less.members.get(name, set())
        if self.less.is_stand_in(name):
            return {self.node_of_address.get(self.less.addresses.get((name, node)), (name, None))[0] for node in nodes}
        if nodes:
            owners = {self.cluster_of_node.get(node) for node in nodes}
            return owners if len(owners) == 1 else set()
        if (name, "", "", 0, "count") not in self.less.facts:
            return {name} & {key[0] for key in self.more.facts}
        return {key[0] for key in self.more.facts if key[4] == "count" and self.is_same_class(name, key[0])}

    def is_same_class(self, name, other):
        """Phones of which less is told: nothing that is told may be another than there."""
        def trait(picture, cluster, what):
            return picture.facts.get((cluster, "", "", 0, what))
        product = trait(self.less, name, "product")
        model = trait(self.less, name, "model")
        unnamed = product == {"other"}  # By its number alone nobody knows what it is.
        return (unnamed or (product == trait(self.more, other, "product") and model == trait(self.more, other, "model"))) and all(
            trait(self.less, name, what) in (None, trait(self.more, other, what)) for what in ("release", "security"))

    def contradictions(self):
        names = {place[0] for place in [*self.less.facts, *self.less.stores, *self.less.chains]} | set(self.less.members)
        known = {name: self.clusters(name) for name in names}
        found = [f"{name} is joined of nodes of several clusters, or new" for name, others in known.items() if not others]
        found += self.facts_that_differ(known) + self.hops_that_differ(known) + self.stores_that_differ(known)
        return found + [f"{place} presents another chain" for place in self.less.chains
                        if not any((other, *place[1:]) in self.more.chains for other in known[place[0]])]

    def facts_that_differ(self, known):
        found = []
        for (cluster, node, service, port, name), values in self.less.facts.items():
            if self.less.is_stand_in(cluster):
                continue  # It says that somebody is there, and so does its address.
            there = [self.more.facts.get((other, node, service, port, name), set()) for other in known[cluster]]
            if name == "count":
                total = sum(int(count) for counts in there for count in counts)
                if int(next(iter(values))) > total:
                    found.append(f"{cluster} has {values} phones of {total}")
            elif not any(values <= others for others in there) and not (values == {"other"} or name == "model" and self.less.facts[cluster, "", "", 0, "product"] == {"other"}):
                found.append(f"{cluster} {node} {service} {port} {name} is {values}")
        return found

    def servers(self, hop, known):
        """Where the fuller import may have the hop end: an address is a node there, a cluster as a whole any of its nodes."""
        _, _, _, server, node, address, *_ = hop
        if address in self.node_of_address:
            return {self.node_of_address[address]}
        return {(other, member or "") for other in known.get(server, ()) for member in ({node} if node else self.more.members.get(other, set()) | {""})}

    def hops_that_differ(self, known):
        there = {}
        for client, caller, service, server, node, address, port, protocol, security, dormant in self.more.hops:
            place = self.node_of_address.get(address) or (server, node or "")
            there.setdefault((client, place, port, protocol, security), {})[service, caller or ""] = dormant
        found = []
        for hop in self.less.hops:
            client, caller, service, _, _, _, port, protocol, security, dormant = hop
            alike = [there[client, place, port, protocol, security] for client in known[client] for place in self.servers(hop, known)
                     if (client, place, port, protocol, security) in there]
            # Of fewer phones fewer call a node today; the service of a product that is not told is not told either, nor which node calls.
            if not any(dormant >= known_dormant and service in (known_service, None, "", "client") and (not caller or known_caller in (caller, ""))
                       for services in alike for (known_service, known_caller), known_dormant in services.items()):
                found.append(f"hop {hop}")
        return found

    def stores_that_differ(self, known):
        return [f"store {place}" for place, held in self.less.stores.items()
                if all(self.more.stores.get((other, *place[1:])) != held for other in known[place[0]])]


def contradictions(less, more):
    return Comparison(less, more).contradictions()
