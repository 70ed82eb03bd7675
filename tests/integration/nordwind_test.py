"""The reference estate of the lab, scanned: what a customer must be told, and what must not be said of the healthy."""

import unittest

import lab
from program import DONE, ROOT, rows, ucready

folder = None
database = None
table = None


def setUpModule():
    global folder, database, table
    folder = lab.stand_up(unittest.addModuleCleanup, ROOT / "tests/lab/nordwind.yaml", 20000)
    database = folder / "x.db"
    scan = ucready("scan", "--site", folder / "lab/site.yaml", "--db", database)
    table = scan.stdout
    if scan.returncode != DONE:
        raise RuntimeError(f"scan exited {scan.returncode}: {scan.stderr}")


def found(rule, severity=None):
    """The nodes that a rule speaks of."""
    return {row["node"] for row in rows(database, "SELECT node FROM v_finding WHERE rule = ? AND severity = coalesce(?, severity)",
                                        rule, severity)}


def service_of(node, service, view, columns):
    """Rows of the interface that the site file gives as this protocol; ports may be shifted."""
    return rows(database, f"SELECT {columns} FROM {view} WHERE node = ? AND protocol = ?", node, service)


class Nordwind(unittest.TestCase):
    maxDiff = None

    def test_every_interface_answered(self):
        self.assertEqual([{"state": "tls"}], rows(database, "SELECT DISTINCT state FROM v_interface"))
        self.assertGreater(rows(database, "SELECT count(*) AS n FROM v_interface")[0]["n"], 100)

    def test_what_goes_to_a_file_is_not_cut_to_the_width_of_a_terminal(self):
        lines = table.splitlines()
        self.assertFalse([line for line in lines if line.endswith("...")])
        self.assertTrue(any("rsa 2048" in line and "ecdsa secp384r1" in line and line.endswith("asks for a client certificate") for line in lines))

    def test_a_sha1_leaf_and_a_sha1_intermediate_block_the_expressway_upgrade_and_a_sha1_root_does_not(self):
        self.assertEqual({"muc-expc1", "muc-expc2"}, found("expressway-sha1", "critical"))
        titles = {(row["node"], row["title"].split()[0])
                  for row in rows(database, "SELECT node, title FROM v_finding WHERE rule = 'expressway-sha1'")}
        self.assertEqual({("muc-expc1", "Intermediate"), ("muc-expc2", "Server")}, titles)

    def test_sha1_elsewhere_is_told_with_less_weight(self):
        self.assertIn("hh-fax", found("sha1-certificate"))
        self.assertEqual({"muc-expc1", "muc-expc2"}, found("sha1-certificate", "info"), "roots that nobody verifies")

    def test_a_certificate_that_ends_before_its_wave_is_told(self):
        self.assertLessEqual({"hh-expe1", "hh-expe2"}, found("certificate-expires-before-wave"))

    def test_a_fax_server_of_tls10_alone_is_told_and_an_interface_of_tls13_alone_is_not(self):
        self.assertIn("hh-fax", found("legacy-only"))
        self.assertNotIn("pilot-cucm-pub", found("legacy-only") | found("legacy-version-enabled"))

    def test_cucm_shows_both_of_its_chains_and_asks_for_a_certificate_on_its_sip_port(self):
        leaves = service_of("hh-cucm-pub", "sip-tls", "v_interface_certificate", "DISTINCT version, key_type, position")
        kinds = {(row["version"], row["key_type"]) for row in leaves if row["position"] == 0}
        self.assertEqual({(version, kind) for version in ("TLSv1.0", "TLSv1.1", "TLSv1.2") for kind in ("rsa", "ecdsa")}, kinds)
        self.assertIn(1, {row["requested"] for row in service_of("hh-cucm-pub", "sip-tls", "v_interface_client_auth", "requested")})

    def test_what_the_site_file_declares_is_kept_as_facts(self):
        releases = {row["cluster"]: (row["release"], row["target"]) for row in rows(database, "SELECT * FROM v_cluster")}
        self.assertEqual(("14SU3", "15SU4a"), releases["hh-cucm"])
        self.assertGreater(len(rows(database, "SELECT * FROM v_order")), 2)

    def test_nothing_is_told_twice(self):
        twice = rows(database, "SELECT rule, node, port, hop_client, title, count(*) AS times FROM v_finding "
                               "GROUP BY run_id, rule, node, port, hop_client, title, evidence HAVING times > 1")
        self.assertEqual([], twice)

    def test_a_second_scan_of_the_same_estate_finds_the_same(self):
        before = {row["finding_id"] for row in rows(database, "SELECT finding_id FROM v_finding")}
        ucready("scan", "--site", folder / "lab/site.yaml", "--db", database)
        newest = rows(database, "SELECT run_id FROM v_run ORDER BY run_id DESC LIMIT 1")[0]["run_id"]
        after = {row["finding_id"] for row in rows(database, "SELECT finding_id FROM v_finding WHERE run_id = ?", newest)}
        self.assertEqual(before, after)


if __name__ == "__main__":
    unittest.main()
