"""The lab's estate, scanned and exported: what imports tell is what the estate is and what a scan sees of it."""

import subprocess
import unittest

import lab
import nordwind_exports
import nordwind_phones
from processes import in_private_network
from program import DONE, ROOT, rows, ucready

folder = None
estate = None


def setUpModule():
    global folder, estate
    folder = lab.folder_of(unittest.addModuleCleanup)
    if not in_private_network():
        raise unittest.SkipTest("ports are shifted without a network of our own, and configurations name the real ones")
    with lab.standing(ROOT / "tests/lab/nordwind.yaml", folder / "lab"):
        ucready("scan", "--site", folder / "lab/site.yaml", "--db", folder / "scan.db")
    estate = nordwind_exports.Estate(folder / "lab")
    nordwind_exports.write(estate, folder / "exports")
    # What no export says: the customer's name for routers of which each is a cluster otherwise.
    (folder / "names.yaml").write_text("site: nordwind\nclusters:\n" + "".join(
        f"  - {{name: br-srst, product: ios-gateway, nodes: [{{name: {node}, address: {address}}}]}}\n" for node, address in estate.addresses("br-srst")))
    done = ucready("import", folder / "exports", "--site", folder / "names.yaml", "--db", folder / "x.db", "--write-site", folder / "x.yaml")
    if done.returncode != DONE:
        raise RuntimeError(f"import exited {done.returncode}: {done.stderr}")
    ucready("plan", "--db", folder / "x.db")


def told(query, *parameters, database="x.db"):
    return rows(folder / database, query, *parameters)


def sha256(path):
    out = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256"], capture_output=True, text=True, check=True).stdout
    return out.split("=")[1].strip().replace(":", "").lower()


class Nordwind(unittest.TestCase):
    maxDiff = None

    def test_clusters_nodes_addresses_and_roles_are_those_of_the_estate(self):
        expected = {(name, node["name"], node["address"]) for name in estate.exportable() for node in estate.clusters[name]["nodes"]}
        found = {(row["cluster"], row["node"], row["address"]) for row in told("SELECT * FROM v_node")}
        self.assertEqual(expected, {row for row in found if not row[0].startswith("peer-")})
        # The others are those whom somebody calls: by address, of no known product.
        peers = {address for name in estate.clusters if name not in estate.exportable() for _, address in estate.addresses(name)}
        peers |= {address for _, address in nordwind_phones.PLAIN_TRUNKS} | {nordwind_phones.branch_address(n) for n in range(2, nordwind_phones.BRANCHES + 1)}
        self.assertLessEqual({row[2] for row in found if row[0].startswith("peer-")}, peers)

    def test_products_and_releases_are_those_of_the_estate(self):
        found = {row["cluster"]: (row["product"], row["release"]) for row in told("SELECT * FROM v_cluster")}
        for name in estate.exportable():
            cluster = estate.clusters[name]
            self.assertEqual(cluster["product"], found[name][0], name)
            # A release that the catalogue does not list keeps the number that the system itself shows; 12.5SU3 is 12.5(1)SU3.
            spellings = {text.replace("(1)", "") for text in (cluster["release"], nordwind_exports.BUILDS.get(cluster["release"], ""))}
            self.assertIn(found[name][1].replace("(1)", ""), spellings, name)

    def test_settings_are_those_of_the_estate(self):
        found = {}
        for row in told("SELECT * FROM v_setting WHERE confidence = 'imported'"):
            found.setdefault((row["cluster"], row["name"]), set()).add(row["value"])
        for name in estate.exportable():
            for setting, value in estate.clusters[name].get("settings", {}).items():
                if setting != "prefer":  # That follows from the way an Expressway came; no export says it.
                    self.assertEqual({str(value).lower() if value is True else value}, found[name, setting], (name, setting))

    def test_every_store_of_every_node_holds_what_it_holds_and_no_more(self):
        found = {}
        for row in told("SELECT * FROM v_trust WHERE node <> ''"):
            found.setdefault((row["node"], row["store"]), set()).add(row["sha256"])
        for name in estate.exportable():
            cluster = estate.clusters[name]
            if not cluster.get("trust"):
                continue
            stores = nordwind_exports.VOS.get(cluster["product"], ["trusted-ca"] if cluster["product"].startswith("expressway") else ["trustpoint"])
            for node in cluster["nodes"]:
                for store in stores:
                    self.assertEqual({sha256(path) for path in estate.trusted(cluster, node, store)}, found[node["name"], store], (node["name"], store))

    def test_what_a_scan_is_shown_on_a_port_is_what_the_exports_say_of_it(self):
        imported = {}
        for row in told("SELECT d.node, d.port, c.sha256 FROM declared_chain AS d JOIN chain AS c USING (chain_id) WHERE c.position = 0 AND d.port > 0"):
            imported.setdefault((row["node"], row["port"]), set()).add(row["sha256"])
        scanned = {}
        for row in told("SELECT node, port, sha256 FROM v_interface_certificate WHERE position = 0", database="scan.db"):
            scanned.setdefault((row["node"], row["port"]), set()).add(row["sha256"])
        both = set(imported.keys() & scanned.keys())
        self.assertGreater(len(both), 60)
        # Of this port the catalogue does not say that it may show an ECDSA certificate; the lab's does.
        both.discard(("hh-imp-1", 8083))
        for place in both:
            # Which of a system's certificates a port shows is its settings' affair; it shows none that it does not have.
            self.assertLessEqual(scanned[place], imported[place], place)

    def test_chains_are_completed_as_they_are_sent(self):
        sent = {row["chain"] for row in told(
            "SELECT group_concat(sha256) AS chain FROM (SELECT * FROM v_interface_certificate ORDER BY position) "
            "WHERE version = 'TLSv1.2' GROUP BY node, port, version, server_name, key_type", database="scan.db")}
        chains = {row["chain"] for row in told(
            "SELECT group_concat(sha256) AS chain FROM (SELECT DISTINCT chain_id, position, sha256 FROM chain ORDER BY chain_id, position) GROUP BY chain_id")}
        self.assertGreater(len(chains & sent), 15)

    def test_hops_that_configurations_hold_are_there(self):
        found = {(row["client"], row["server"], row["server_node"], row["port"]) for row in told("SELECT * FROM v_hop")}
        missing = set()
        for hop in estate.site["hops"]:
            client, (server, port) = hop["from"], hop["to"].rsplit(":", 1)
            kind, port = estate.product(client), int(port)
            held = (kind == "cucm" and port in (5061, 5062, 636, 2445)) or (kind.startswith("expressway-c") and port in (5061, 5091, 7001)) or kind == "cube" \
                or (kind == "expressway-c" and port in (6971, 6972)) or (kind == "uccx" and port == 8443) or (kind == "imp" and port in (1433, 443))
            for node, address in estate.addresses(server):
                known = server in estate.exportable()
                place = (client, server, node, port) if known else (client, "peer-" + address.replace(".", "-"), "peer-" + address.replace(".", "-"), port)
                if held and place not in found:
                    missing.add(place)
        self.assertEqual(set(), missing)

    def test_the_verdicts_of_today_are_those_that_the_customer_deserves(self):
        found = {(row["client_node"], row["server_node"], row["port"]): (row["outcome"], row["reason"]) for row in told(
            "SELECT * FROM v_forecast WHERE wave = 0 AND transient = 0 AND client_service = 'traffic-server' AND server = 'hh-cucm' AND client = 'hh-expc'")}
        for client in ("hh-expc1", "hh-expc2"):
            self.assertEqual(("breaks", "untrusted_client_certificate"), found[client, "hh-cucm-sub2", 6971], "one of three nodes lacks the authority")
            for server in ("hh-cucm-pub", "hh-cucm-sub1"):
                self.assertNotEqual("breaks", found[client, server, 6971][0])
        for server in ("hh-cucm-pub", "hh-cucm-sub1", "hh-cucm-sub2"):
            self.assertEqual("breaks", found["hh-expc3", server, 6971][0], "one of three peers lacks it as well")
            self.assertIn(found["hh-expc3", server, 6971][1], ("untrusted_server_certificate", "missing_intermediate"))

    def test_nothing_breaks_by_imports_that_works_by_the_site_file_and_a_scan(self):
        ucready("plan", "--site", folder / "lab/site.yaml", "--db", folder / "scan.db")
        key = "client, client_node, server, server_node, port, outcome, reason"
        query = f"SELECT {key} FROM v_forecast WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'plan') AND wave = 0 AND transient = 0"
        by_scan = {tuple(row.values())[:5]: row["outcome"] for row in told(query, database="scan.db")}
        by_import = {tuple(row.values())[:5]: row["outcome"] for row in told(query)}
        common = by_scan.keys() & by_import.keys()
        self.assertGreater(len(common), 60)
        against = {hop: (by_scan[hop], by_import[hop]) for hop in common if {by_scan[hop], by_import[hop]} == {"works", "breaks"}}
        self.assertEqual({}, against)

    def test_the_site_file_that_is_written_plans_the_same(self):
        done = ucready("plan", "--site", folder / "x.yaml", "--db", folder / "again.db")
        self.assertEqual(DONE, done.returncode, done.stderr)
        query = ("SELECT client, client_node, client_service, server, server_node, port, outcome, reason FROM v_forecast "
                 "WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'plan') AND wave = 0 AND transient = 0")
        self.assertEqual({tuple(row.values()) for row in told(query)}, {tuple(row.values()) for row in told(query, database="again.db")})


if __name__ == "__main__":
    unittest.main()
