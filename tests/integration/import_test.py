"""Exports of a whole estate, imported: what they tell is what was written into them, and what is taken out becomes unknown."""

import shutil
import tempfile
import unittest
from pathlib import Path

import exports
from program import DONE, PARTLY, USAGE, rows, ucready

folder = None
pki = None


def setUpModule():
    global folder, pki
    kept = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(kept.cleanup)
    folder = Path(kept.name)
    pki = exports.Pki(folder / "pki")


def facts(database):
    return {(row["cluster"], row["node"], row["service"] or "", row["port"] or 0, row["name"]): row["value"] for row in rows(
        database, "SELECT * FROM v_setting WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'import') AND confidence = 'imported'")}


def hops(database):
    return {tuple(row.values()) for row in rows(
        database, "SELECT client, client_node, client_service, server, server_node, port, protocol, security, dormant FROM v_hop "
                  "WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'import') AND source = 'imported'")}


def stores(database):
    return {(row["cluster"], row["node"], row["store"], row["sha256"] or row["subject"]) for row in rows(
        database, "SELECT * FROM v_trust WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'import')")}


def chains(database):
    return {(row["cluster"], row["node"], row["service"], row["port"], row["chain_id"]) for row in rows(
        database, "SELECT * FROM declared_chain WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'import')")}


def verdicts(database):
    return {(row["client"], row["client_node"], row["client_service"], row["server"], row["server_node"], row["port"]):
            (row["outcome"], row["reason"]) for row in rows(
                database, "SELECT * FROM v_forecast WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'plan') AND wave = 0 AND transient = 0")}


class ImportTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.here = Path(tempfile.mkdtemp(dir=folder))
        self.database = self.here / "x.db"

    def imported(self, place, *options, code=DONE):
        done = ucready("import", place, "--db", self.database, *options)
        self.assertEqual(code, done.returncode, done.stderr)
        return done


class WholeEstate(ImportTest):
    def setUp(self):
        super().setUp()
        self.files = exports.write_exports(self.here / "exports", pki)

    def test_it_is_the_estate_that_was_written(self):
        self.imported(self.here / "exports")
        told = facts(self.database)
        for node, (address, role) in exports.NODES.items():
            cluster = "hh-imp" if node == "hh-imp-1" else "hh-cucm"
            self.assertEqual(address, told[cluster, node, "", 0, "address"])
            self.assertEqual(role, told[cluster, node, "", 0, "role"])
            self.assertEqual("TLSv1.2" if node == "hh-imp-1" else "TLSv1.0", told[cluster, node, "", 0, "tls_min"])
            self.assertEqual("false", told[cluster, node, "", 0, "fips"])
        clusters = {row["cluster"]: (row["product"], row["model"], row["release"], row["count"]) for row in rows(self.database, "SELECT * FROM v_cluster")}
        self.assertEqual({
            "hh-cucm": ("cucm", None, "15SU2", None), "hh-imp": ("imp", None, "15SU2", None), "hh-expc": ("expressway-c", None, "X14.3.7", None),
            "hh-cube1": ("cube", "ISR4451-X", "17.9.4a", None),
            "hh-cucm-7841-sip-encrypted": ("phone", "7841", "14.2.1", 21), "hh-cucm-7942-sccp-authenticated": ("phone", "7942", "9.4.2SR3", 3),
            "hh-cucm-7841-sip-nonsecure": ("phone", "7841", "14.2.1", 5), "peer-10-1-1-83": ("other", None, None, None),
            "peer-ad.nordwind.example": ("ldap", None, None, None), "peer-hh-expe1.nordwind.example": ("other", None, None, None),
            "peer-sbc1.elbtel.example": ("other", None, None, None)}, clusters)
        self.assertEqual({("hh-cucm", "", 5061, "hh-cube1.nordwind.example"), ("hh-cube1", "hh-cube1", 5061, "hh-cucm-pub.nordwind.example"),
                          ("hh-cube1", "hh-cube1", 0, "hh-cucm-pub.nordwind.example")},
                         {(key[0], key[1], key[3], value) for key, value in told.items() if key[4] == "authorised_subjects"})
        self.assertEqual(("v1.2", "mixed", "TLSv1.3"), (told["hh-cube1", "hh-cube1", "", 0, "transport_tls"], told["hh-cucm", "", "", 0, "cluster_security_mode"],
                                                        told["hh-expc", "hh-expc2", "sip-zone", 0, "tls_max"]))

    def test_trust_is_of_each_node_and_store(self):
        self.imported(self.here / "exports")
        held = {}
        for cluster, node, store, digest in stores(self.database):
            held.setdefault((node, store), set()).add(digest)
        both = {pki.digest("root", "sha256"), pki.digest("issuing", "sha256")}
        self.assertEqual(both, held["hh-cucm-sub1", "CallManager-trust"])
        self.assertEqual({pki.digest("hh-cucm-sub2", "sha256")}, held["hh-cucm-sub2", "CallManager-trust"])
        self.assertEqual(both, held["hh-cucm-sub2", "tomcat-trust"])
        self.assertEqual({pki.digest("root", "sha256")}, held["hh-expc2", "trusted-ca"])
        self.assertEqual(both, held["hh-cube1", "trustpoint"])
        lists = rows(self.database, "SELECT DISTINCT cluster, kind, roles FROM v_trust WHERE store = 'itl' AND roles = 'CCM+TFTP'")
        self.assertEqual({"hh-cucm", "hh-cucm-7841-sip-encrypted", "hh-cucm-7841-sip-nonsecure", "hh-cucm-7942-sccp-authenticated"}, {row["cluster"] for row in lists})

    def test_hops_are_those_that_configurations_call(self):
        self.imported(self.here / "exports")
        found = hops(self.database)
        self.assertIn(("hh-cucm", "", "sip-trunk", "hh-cube1", "hh-cube1", 5061, "sip-tls", "encrypted", 0), found)
        self.assertIn(("hh-cucm", "", "sip-trunk", "peer-10-1-1-83", "peer-10-1-1-83", 5060, "sip-tls", "nonsecure", 0), found)
        self.assertIn(("hh-cucm", "", "ldap", "peer-ad.nordwind.example", "peer-ad.nordwind.example", 636, "ldaps", "encrypted", 0), found)
        self.assertIn(("hh-cube1", "hh-cube1", "sip", "hh-cucm", "hh-cucm-pub", 5061, "sip-tls", "encrypted", 0), found)
        self.assertIn(("hh-cucm-7942-sccp-authenticated", "", "sccp", "hh-cucm", "hh-cucm-pub", 2443, "sccp-tls", "authenticated", 0), found)
        for peer in exports.PEERS:
            for node in exports.CUCM:
                for service, port in (("sip-zone", 5061), ("traffic-server", 6971), ("traffic-server", 6972), ("traffic-server", 8443)):
                    protocol = {5061: "sip-tls", 8443: "https"}.get(port, "tftp-https")
                    self.assertIn(("hh-expc", peer, service, "hh-cucm", node, port, protocol, "encrypted", 0), found)
        self.assertEqual(37, len(found))

    def test_every_fact_store_chain_and_hop_names_its_export(self):
        self.imported(self.here / "exports")
        for table, source in (("v_setting WHERE confidence = 'imported'", "source"), ("v_hop_origin", "source"), ("declared_chain", "source"), ("v_trust", "source")):
            for row in rows(self.database, f"SELECT DISTINCT {source} AS source FROM {table}"):
                path = row["source"].split("#")[0]
                inside = next((file for file in self.files if path.endswith(file) or f"/{file}/" in path), None)
                self.assertIsNotNone(inside, row)
        lines = rows(self.database, "SELECT count(*) AS n FROM v_setting WHERE confidence = 'imported' AND coalesce(line, 0) = 0")
        self.assertEqual(0, lines[0]["n"])
        text = (self.here / "exports/logs/hh-cucm-sub1.log").read_text().splitlines()
        line = rows(self.database, "SELECT line FROM v_setting WHERE node = 'hh-cucm-sub1' AND name = 'tls_min'")[0]["line"]
        self.assertEqual("Configured TLS minimum version is 1.0", text[line - 1])

    def test_no_secret_that_is_met_gets_into_the_database_or_onto_the_screen(self):
        key = "-----BEGIN RSA PRIVATE KEY-----\nMIICXAIBAAKBgQDSecretSecretSecret\n-----END RSA PRIVATE KEY-----\n"
        with (self.here / "exports/router.txt").open("a") as file:
            file.write(key)
        done = ucready("import", self.here / "exports", "--db", self.database, "--write-site", self.here / "x.yaml")
        written = b"".join(path.read_bytes() for path in self.here.iterdir() if path.is_file())
        for secret in [*exports.SECRETS, "MIICXAIBAAKBgQDSecretSecretSecret"]:
            self.assertNotIn(secret.encode(), written)
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_terminals_pagers_and_editors_change_nothing(self):
        self.imported(self.here / "exports")
        plain = (facts(self.database), hops(self.database), stores(self.database))
        for name, noise in exports.NOISES.items():
            with self.subTest(name):
                place = self.here / name
                exports.write_exports(place, pki, noise)
                self.database = self.here / f"{name}.db"
                self.imported(place)
                self.assertEqual(plain, (facts(self.database), hops(self.database), stores(self.database)))

    def test_a_file_that_is_missing_makes_its_facts_unknown_and_no_other(self):
        self.imported(self.here / "exports")
        whole = {"facts": facts(self.database), "hops": hops(self.database), "stores": stores(self.database), "chains": chains(self.database)}
        lost = set()
        for number, file in enumerate(self.files):
            with self.subTest(file):
                place = self.here / f"without-{number}"
                shutil.copytree(self.here / "exports", place)
                (place / file).unlink()
                self.database = self.here / f"{number}.db"
                ucready("import", place, "--db", self.database)
                left = {"facts": facts(self.database), "hops": hops(self.database), "stores": stores(self.database), "chains": chains(self.database)}
                for key, value in left["facts"].items():
                    if key in whole["facts"] and whole["facts"][key] != value:
                        # A respelt count of phones or another stand-in for a system nobody tells of would be a wrong fact.
                        self.fail(f"{key} was {whole['facts'][key]}, is {value}")
                if whole != left:
                    lost.add(file)
        self.assertEqual(set(self.files), lost, "each file tells something that no other does")


    def test_a_log_that_is_cut_off_tells_less_and_nothing_else(self):
        self.imported(self.here / "exports")
        whole = (facts(self.database), hops(self.database), stores(self.database), chains(self.database))
        cut = 0
        for file in ("logs/hh-cucm-pub.log", "router.txt", "hh-cucm-pub/phone.csv", "certificates/hh-cucm-sub1.json", "hh-cucm-pub/profiles.xml"):
            text = (self.here / "exports" / file).read_bytes()
            for part in (1, 4, 9, 13, 17, 20, 22):
                size = len(text) * part // 23 + part
                with self.subTest(file, size=size):
                    place = self.here / f"cut-{cut}"
                    shutil.copytree(self.here / "exports", place)
                    (place / file).write_bytes(text[:size])
                    self.database = self.here / f"cut-{cut}.db"
                    cut += 1
                    ucready("import", place, "--db", self.database)
                    left = facts(self.database)
                    # Phones that are cut off are fewer; which they are is said with exit code 3.
                    self.assertEqual({}, {key: (whole[0][key], value) for key, value in left.items()
                                          if key in whole[0] and whole[0][key] != value and key[4] != "count"})
                    # Where the list of nodes is cut off, nodes are clusters of their own: nobody says that they belong together.
                    held, before = ({row[1:] for row in one if row[1]} for one in (stores(self.database), whole[2]))
                    self.assertLessEqual(held, before)
                    for owner in {row[:2] for row in held}:  # A store is whole or unknown: none has lost a certificate.
                        self.assertEqual({row for row in before if row[:2] == owner}, {row for row in held if row[:2] == owner})
                    self.assertLessEqual({row[1:] for row in chains(self.database)}, {row[1:] for row in whole[3]})


class Plans(ImportTest):
    def setUp(self):
        super().setUp()
        exports.write_exports(self.here / "exports", pki)

    def plan(self, *options):
        done = ucready("plan", *options, "--format", "json")
        self.assertIn(done.returncode, (DONE,), done.stderr)

    def test_a_plan_rests_on_imports_alone(self):
        self.imported(self.here / "exports")
        self.plan("--db", self.database)
        found = verdicts(self.database)
        self.assertEqual(("breaks", "untrusted_client_certificate"), found["hh-expc", "hh-expc1", "traffic-server", "hh-cucm", "hh-cucm-sub2", 6971])
        self.assertEqual(("works", None), found["hh-expc", "hh-expc1", "traffic-server", "hh-cucm", "hh-cucm-sub1", 6971])
        self.assertEqual("breaks", found["hh-cucm", "hh-cucm-sub2", "sip-trunk", "hh-cube1", "hh-cube1", 5061][0])

    def test_what_a_router_lists_as_connected_is_proven(self):
        self.imported(self.here / "exports")
        self.plan("--db", self.database)
        proven = rows(self.database, "SELECT client, server_node, port FROM v_forecast WHERE grade = 'proven' AND wave = 0")
        self.assertEqual([{"client": "hh-cube1", "server_node": "hh-cucm-pub", "port": 5061}], proven)
        session = rows(self.database, "SELECT version, cipher, established, server_port FROM v_session")
        self.assertEqual([{"version": "TLSv1.2", "cipher": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "established": 1, "server_port": 5061}], session)

    def test_the_site_file_that_is_written_plans_the_same(self):
        self.imported(self.here / "exports", "--write-site", self.here / "x.yaml")
        self.plan("--db", self.database)
        from_imports = verdicts(self.database)
        other = self.here / "other.db"
        done = ucready("plan", "--site", self.here / "x.yaml", "--db", other, "--format", "json")
        self.assertEqual(DONE, done.returncode, done.stderr)
        self.assertNotIn("warning", done.stderr)
        from_file = verdicts(other)
        seen = ("hh-cube1", "hh-cube1", "sip", "hh-cucm", "hh-cucm-pub", 5061)  # A connection is no fact of a site file.
        self.assertEqual(("unknown", "missing_offer"), from_file.pop(seen))
        self.assertEqual(("works", None), from_imports.pop(seen))
        self.assertEqual(from_imports, from_file)

    def test_what_is_imported_beats_what_is_declared_and_fills_what_is_missing(self):
        site = self.here / "hq.yaml"
        site.write_text("site: hq\nclusters:\n"
                        "  - name: hamburg\n    product: cucm\n    settings: {tls_min: TLSv1.3}\n    nodes:\n"
                        + "".join(f"      - {{name: {node}, address: {exports.NODES[node][0]}, settings: {{tls_min: TLSv1.3}}}}\n" for node in exports.CUCM) +
                        "  - name: edge\n    product: expressway-c\n    release: X12.7.1\n    nodes:\n"
                        "      - {name: hh-expc1, address: 10.1.1.21}\n      - {name: hh-expc2, address: 10.1.1.22}\n"
                        "hops:\n  - {from: edge, as: traffic-server, to: hamburg:6971}\n")
        self.plan("--site", site, "--db", self.database)
        before = verdicts(self.database)
        self.imported(self.here / "exports", "--site", site)
        self.plan("--site", site, "--db", self.database)
        after = rows(self.database, "SELECT * FROM v_forecast WHERE run_id = (SELECT max(run_id) FROM v_run WHERE kind = 'plan')")
        hop = next(row for row in after if (row["client_node"], row["server_node"], row["port"]) == ("hh-expc1", "hh-cucm-sub1", 6971))
        self.assertEqual(("edge", "hamburg", "X14.3.7", "15SU2"), (hop["client"], hop["server"], hop["client_release"], hop["server_release"]))
        self.assertEqual("works", hop["outcome"])
        self.assertNotEqual("works", before["edge", "hh-expc1", "traffic-server", "hamburg", "hh-cucm-sub1", 6971][0])
        # And with the file left out, the same: it is still there beside the imports.
        self.plan("--db", self.database)
        self.assertEqual(verdicts(self.database)["edge", "hh-expc1", "traffic-server", "hamburg", "hh-cucm-sub1", 6971], ("works", None))


class Redacted(ImportTest):
    def test_no_name_of_the_estate_leaves_a_redacted_report(self):
        exports.write_exports(self.here / "exports", pki)
        self.imported(self.here / "exports")
        names = [*exports.NODES, *exports.PEERS, exports.ROUTER, "hh-cucm", "hh-expc", "nordwind", "elbtel", "NW-Issuing", "T-CUBE1", "10.1.1.", "exports/"]
        for table in ("import", "hop_origin", "hop", "setting", "trust", "node", "cluster", "session", "run", "finding"):
            plain = ucready("report", "--db", self.database, "--table", table, "--format", "csv").stdout
            self.assertGreater(plain.count("\n"), 1, table)
            told = ucready("report", "--db", self.database, "--table", table, "--format", "csv", "--redact").stdout
            self.assertEqual(plain.count("\n"), told.count("\n"), table)
            for name in names:
                self.assertNotIn(name, told, table)


class Archives(ImportTest):
    def test_a_heap_in_one_archive_is_the_heap(self):
        exports.write_exports(self.here / "exports", pki)
        self.imported(self.here / "exports")
        loose = (facts(self.database), hops(self.database), stores(self.database))
        for name in ("all.tar.gz", "all.tar", "all.zip"):
            with self.subTest(name):
                shutil.make_archive(str(self.here / "all"), {"all.tar.gz": "gztar", "all.tar": "tar", "all.zip": "zip"}[name], self.here / "exports")
                self.database = self.here / f"{name}.db"
                self.imported(self.here / name)
                self.assertEqual(loose, (facts(self.database), hops(self.database), stores(self.database)))


class NewerExports(ImportTest):
    def test_what_changed_is_told_and_only_the_newest_counts(self):
        exports.write_exports(self.here / "exports", pki)
        self.imported(self.here / "exports")
        log = self.here / "exports/logs/hh-cucm-sub1.log"
        log.write_text(log.read_text().replace("minimum version is 1.0", "minimum version is 1.2"))
        done = self.imported(log)
        self.assertIn("hh-cucm/hh-cucm-sub1 tls_min: was TLSv1.0, is TLSv1.2", done.stdout)
        self.assertEqual(1, done.stdout.count(": was "), done.stdout)
        ucready("plan", "--db", self.database)
        self.assertGreater(len(verdicts(self.database)), 30, "what the first import told of the others still counts")

    def test_two_exports_that_disagree_are_a_finding(self):
        exports.write_exports(self.here / "exports", pki)
        log = (self.here / "exports/logs/hh-cucm-sub1.log").read_text()
        (self.here / "exports/logs/old.log").write_text(log.replace("minimum version is 1.0", "minimum version is 1.2"))
        self.imported(self.here / "exports")
        found = rows(self.database, "SELECT cluster, node, evidence FROM v_finding WHERE rule = 'import-conflict'")
        self.assertEqual([("hh-cucm", "hh-cucm-sub1")], [(row["cluster"], row["node"]) for row in found])
        self.assertIn("TLSv1.0", found[0]["evidence"])
        self.assertIn("TLSv1.2", found[0]["evidence"])


class Troubles(ImportTest):
    def test_a_path_that_is_not_there_is_an_error_before_anything_is_made(self):
        done = self.imported(self.here / "nowhere", code=USAGE)
        self.assertIn("does not exist", done.stderr)
        self.assertFalse(self.database.exists())

    def test_what_nobody_knows_teaches_nothing(self):
        (self.here / "poem.txt").write_text("Roses are red\n")
        done = self.imported(self.here / "poem.txt", code=PARTLY)
        self.assertIn("poem.txt: no export that is known", done.stderr)
        self.assertIn("nothing was learned", done.stderr)

    def test_an_export_of_nobody_is_said_to_be_so(self):
        (self.here / "putty.log").write_text("admin:show tls min-version\nConfigured TLS minimum version is 1.0\n")
        done = self.imported(self.here / "putty.log", code=PARTLY)
        self.assertIn("whose it is cannot be told", done.stderr)
        self.assertEqual([], rows(self.database, "SELECT * FROM v_setting"))

    def test_it_is_whose_the_option_says(self):
        (self.here / "putty.log").write_text("admin:show tls min-version\nConfigured TLS minimum version is 1.0\n")
        self.imported(self.here / "putty.log", "--node", "hq-pub", code=PARTLY)
        self.assertEqual([("hq-pub", "tls_min", "TLSv1.0")],
                         [(row["node"], row["name"], row["value"]) for row in rows(self.database, "SELECT * FROM v_setting")])

    def test_a_site_file_that_is_there_is_not_written_over(self):
        (self.here / "x.log").write_text("admin:show tls min-version\n")
        (self.here / "mine.yaml").write_text("mine")
        done = self.imported(self.here / "x.log", "--write-site", self.here / "mine.yaml", code=USAGE)
        self.assertIn("is there already", done.stderr)
        self.assertEqual("mine", (self.here / "mine.yaml").read_text())

    def test_a_site_file_of_hostile_texts_is_read_again(self):
        evil = b'EV\xff\xe2\x80\xa8"IL\': [x], {y} # \\ *a &b !c %d'
        (self.here / "x.log").write_bytes(
            b"evil1#show version\nCisco IOS XE Software, Version " + evil + b"\ncisco " + evil.replace(b" ", b"") + b"/K9 (1RU) processor with\n"
            b"evil1#show running-config\nhostname evil1\nvoice service voip\n mode border-element\n"
            b"dial-peer voice 1 voip\n description " + evil + b"\n session protocol sipv2\n session target dns:" + evil.replace(b" ", b"") + b":5061\n"
            b" session transport tcp tls\nend\n")
        ucready("import", self.here / "x.log", "--db", self.database, "--write-site", self.here / "x.yaml")
        self.assertTrue((self.here / "x.yaml").read_bytes().isascii())
        done = ucready("plan", "--site", self.here / "x.yaml", "--db", self.here / "y.db")
        self.assertIn(done.returncode, (DONE, PARTLY), done.stderr)
        models = rows(self.here / "y.db", "SELECT model FROM v_cluster WHERE cluster = 'evil1'")
        self.assertEqual(1, len(models))
        self.assertIn("EV", models[0]["model"])

    def test_text_of_exports_is_escaped_wherever_it_is_shown(self):
        (self.here / "x.log").write_text("admin:show status\nHost Name : evil\x1b[31m\x07name\nadmin:show tls min-version\nConfigured \u202e TLS\x00\n")
        done = ucready("import", self.here / "x.log", "--db", self.database)
        for mark in ("\x1b", "\x07", "\u202e", "\x00"):
            self.assertNotIn(mark, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
