"""Every export of the lab's whole estate: what is written is what an import tells, whatever a terminal does to it, and what is taken out is unknown."""

import os
import shutil
import unittest
from concurrent.futures import ThreadPoolExecutor

import exports
import lab
import nordwind_exports
import nordwind_phones
from import_picture import contradictions, picture
from program import DONE, PARTLY, ROOT, rows, ucready

folder = None
estate = None
files = None


def setUpModule():
    global folder, estate, files
    folder = lab.folder_of(unittest.addModuleCleanup)
    if os.environ.get("UCREADY_PRIVATE_NETWORK") != "1":
        raise unittest.SkipTest("ports are shifted without a network of our own, and configurations name the real ones")
    with lab.standing(ROOT / "tests/lab/nordwind.yaml", folder / "lab"):
        pass
    estate = nordwind_exports.Estate(folder / "lab")
    files = nordwind_exports.write(estate, folder / "exports")


def imported(place, name):
    database = folder / name
    done = ucready("import", place, "--db", database)
    return database, done


def pictures_without(worker, taken_out):
    """Of each of these files what all the others tell, in a copy of the exports of this worker's own."""
    place, aside = folder / f"copy-{worker}", folder / f"aside-{worker}"
    shutil.copytree(folder / "exports", place, copy_function=os.link)
    told = []
    for number, file in enumerate(taken_out):
        (place / file).rename(aside)
        database, _ = imported(place, f"without-{worker}-{number}.db")
        aside.rename(place / file)
        told.append((file, picture(database)))
        database.unlink()
    return told


class WholeEstate(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.database, cls.done = imported(folder / "exports", "whole.db")
        cls.whole = picture(cls.database)

    def test_nothing_of_it_is_left_out(self):
        self.assertEqual(DONE, self.done.returncode, self.done.stderr)
        formats = {row["format"] for row in rows(self.database, "SELECT DISTINCT format FROM v_import")}
        self.assertEqual({"vos-snapshot", "vos-cli", "trust-list", "trust-list-text", "expressway", "pem", "ios", "cucm-table", "cucm-xml", "cucm-csv"}, formats)

    def test_hops_are_those_that_the_configurations_hold_and_no_others(self):
        found = {(client, node or "", service or "", address or self.whole.addresses[server, server_node], port, protocol, security, dormant)
                 for client, node, service, server, server_node, address, port, protocol, security, dormant in self.whole.hops}
        expected = nordwind_exports.expected_hops(estate)
        self.assertEqual(set(), expected - found)
        self.assertEqual(set(), found - expected)

    def test_phones_are_counted_by_class_and_those_of_another_list_apart(self):
        found = {row["cluster"]: (row["product"], row["model"], row["release"], row["count"])
                 for row in rows(self.database, "SELECT * FROM v_cluster WHERE count IS NOT NULL")}
        self.assertEqual(nordwind_phones.expected_classes(), found)
        self.assertEqual(23, found["hh-cucm-7841-sip-encrypted-list-of-lon-cucm"][3])

    def test_every_product_is_told_by_exports_alone(self):
        found = {(row["cluster"], row["product"]) for row in rows(self.database, "SELECT * FROM v_cluster WHERE count IS NULL AND cluster NOT LIKE 'peer-%' AND cluster NOT LIKE 'user-%'")}
        names = {"br-srst": "br-srst-kiel"}  # A router alone is a cluster of its own name.
        self.assertEqual({(names.get(name, name), estate.product(name)) for name in estate.exportable()}, found)

    def test_what_settings_say_of_whom_they_call_is_what_those_are(self):
        def kind(address):
            return self.whole.product("peer-" + address.replace(".", "-"))
        for name in ("nw-ad", "hh-mssql", "nw-exchange"):
            self.assertEqual(estate.product(name), kind(estate.addresses(name)[0][1]), name)
        database = "peer-" + estate.addresses("hh-mssql")[0][1].replace(".", "-")
        self.assertEqual({estate.clusters["hh-mssql"]["settings"]["engine"]}, self.whole.facts[database, "", "", 0, "engine"])
        self.assertEqual("ios-gateway", kind(nordwind_phones.branch_address(nordwind_phones.BRANCHES)))
        self.assertEqual("other", kind(nordwind_phones.PLAIN_TRUNKS[0][1]), "a trunk does not say to whom it goes")

    def test_phones_of_another_list_break_where_the_others_do_not(self):
        done = ucready("plan", "--db", self.database)
        self.assertEqual(DONE, done.returncode, done.stderr)
        found = {(row["client"], row["port"]): row["reasons"] for row in rows(
            self.database, "SELECT client, port, group_concat(DISTINCT outcome || ' ' || coalesce(reason, '')) AS reasons FROM v_forecast "
                           "WHERE wave = 0 AND transient = 0 AND server = 'hh-cucm' AND client LIKE 'hh-cucm-7841%' GROUP BY 1, 2")}
        for port in (5061, 2445, 6971, 3804):
            self.assertEqual("breaks untrusted_server_certificate", found["hh-cucm-7841-sip-encrypted-list-of-lon-cucm", port])
        self.assertEqual("works ", found["hh-cucm-7841-sip-encrypted", 2445])
        self.assertNotIn("breaks", found["hh-cucm-7841-sip-encrypted", 5061])

    def test_what_does_without_tls_is_counted_and_nothing_is_found_about_it(self):
        plain = {(client, port) for client, _, _, server, _, _, port, _, security, _ in self.whole.hops if security == "nonsecure"}
        self.assertEqual({("hh-cucm", 5060), ("hh-cucm-third-party-sip-device-basic-sip-nonsecure", 5060)}, plain)
        self.assertEqual(300, len(nordwind_phones.PLAIN_TRUNKS) + self.count_of("hh-cucm-third-party-sip-device-basic-sip-nonsecure"))
        ucready("plan", "--db", self.database)
        addresses = [address for _, address in nordwind_phones.PLAIN_TRUNKS]
        for row in rows(self.database, "SELECT * FROM v_finding"):
            self.assertNotIn(row["address"], addresses, row)
            self.assertNotIn(5060, (row["port"],), row)
            self.assertNotIn("third-party", f"{row['cluster']} {row['hop_client']} {row['title']}", row)
        judged = rows(self.database, "SELECT count(*) AS n FROM v_forecast WHERE port = 5060")
        self.assertEqual(0, judged[0]["n"], "no step changes them")

    def count_of(self, cluster):
        return int(next(iter(self.whole.facts[cluster, "", "", 0, "count"])))

    def test_a_list_of_a_phone_that_nobody_tells_of_is_left_out(self):
        phone = next(file for file in files if file.startswith("phones/SEP"))
        database, done = imported(folder / "exports" / phone, "phone.db")
        self.assertEqual(PARTLY, done.returncode)
        self.assertIn("no export tells of the phone SEP0011AA", done.stderr)
        self.assertEqual([], rows(database, "SELECT * FROM v_trust"))

    def test_the_same_again_is_nothing_new(self):
        database, _ = imported(folder / "exports", "again.db")
        again = ucready("import", folder / "exports", "--db", database)
        self.assertNotIn(": was ", again.stdout)
        self.assertEqual((self.whole.facts, self.whole.hops), (picture(database).facts, picture(database).hops))

    def test_terminals_pagers_and_editors_change_nothing(self):
        for number, (name, noise) in enumerate({**exports.NOISES, "cut off in its last line": exports.CUT_OFF}.items()):
            with self.subTest(name):
                place = folder / f"noise-{number}"
                nordwind_exports.write(estate, place, noise)
                database, done = imported(place, f"noise-{number}.db")
                self.assertEqual(DONE, done.returncode, done.stderr)
                found = picture(database)
                for what in ("facts", "hops", "stores", "chains"):
                    self.assertEqual(getattr(self.whole, what), getattr(found, what), what)

    def test_a_file_that_is_missing_makes_its_facts_unknown_and_never_something_else(self):
        workers = 2
        with ThreadPoolExecutor(workers) as pool:
            parts = pool.map(pictures_without, range(workers), [files[n::workers] for n in range(workers)])
        for file, left in [one for part in parts for one in part]:
            with self.subTest(file):
                self.assertEqual([], contradictions(left, self.whole))
                self.assertNotEqual((self.whole.facts, self.whole.hops, self.whole.stores, self.whole.chains), (left.facts, left.hops, left.stores, left.chains),
                                    "it tells something that no other does")

    def test_what_becomes_something_else_is_seen(self):
        """The comparison itself, on an estate with one line changed in each of three files."""
        changes = [("hh-cucm-sub1/cli.log", "minimum version is 1.0", "minimum version is 1.2", "tls_min"),
                   ("hh-cucm-pub/profiles.xml", "Desk, encrypted</name><deviceSecurityMode>Encrypted", "Desk, encrypted</name><deviceSecurityMode>Authenticated",
                    "hh-cucm-7841-sip-authenticated"),
                   ("hh-expc1/xconf_dump_hh-expc1.txt", 'SIP Port: "5061"', 'SIP Port: "5099"', "hop")]
        for file, before, after, expected in changes:
            with self.subTest(file):
                path = folder / "exports" / file
                text = path.read_text()
                self.assertIn(before, text)
                try:
                    path.write_text(text.replace(before, after))
                    database, _ = imported(folder / "exports", f"changed-{path.stem}.db")
                finally:
                    path.write_text(text)
                self.assertTrue(any(expected in told for told in contradictions(picture(database), self.whole)))


if __name__ == "__main__":
    unittest.main()
