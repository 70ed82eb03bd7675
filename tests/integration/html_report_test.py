"""The page for the change board in Debian's Chromium: it opens from disk, is worked by keyboard, asks for nothing, and runs nothing of what a
server, a capture or a file wrote."""

import shutil
import sqlite3
import time
import unittest

import hostile_database
import page_data
import plan_test
from browser import Browser
from hostile_database import HOSTILE
from planned_site import planned_site
from program import DONE, USAGE, rows, ucready

browser = None
folder = None
site_db = None


def setUpModule():
    global browser, folder, site_db
    folder, site_db = planned_site()
    browser = Browser()
    unittest.addModuleCleanup(browser.stop)


def page_of(database, name, *words):
    path = folder / name
    done = ucready("report", "--db", database, "--format", "html", "-o", path, *words)
    assert done.returncode == DONE, done.stderr
    return path


def poisoned(name):
    return hostile_database.poisoned(site_db, folder / name)


class Figures(unittest.TestCase):
    """Every figure of the one page, counted once more from the views of the contract."""

    @classmethod
    def setUpClass(cls):
        cls.page = page_data.blocks(page_of(site_db, "figures.html"))["pages"][0]
        cls.forecast = rows(site_db, "SELECT wave, outcome, grade, count(*) AS n FROM v_forecast WHERE transient = 0 GROUP BY 1, 2, 3")

    def test_hops_of_each_wave_by_what_is_said_of_them(self):
        self.assertEqual(4, len(self.page["waves"]))
        for wave in self.page["waves"]:
            at = {(row["outcome"], row["grade"]): row["n"] for row in self.forecast if row["wave"] == wave["wave"]}
            counted = {grade: at.get(("works", grade), 0) for grade in ("proven", "robust", "derived")}
            counted |= {outcome: sum(n for (of, _), n in at.items() if of == outcome) for outcome in ("breaks", "unknown")}
            self.assertEqual(counted, {name: wave[name] for name in counted}, wave["wave"])
            self.assertEqual(sum(at.values()), sum(counted.values()), "the sums add up")

    def test_they_are_not_all_of_one_kind(self):
        self.assertLess(2, len({(row["outcome"], row["grade"]) for row in self.forecast}))

    def test_what_breaks_while_a_wave_is_under_way(self):
        mixed = {row["wave"]: row["n"] for row in rows(site_db, "SELECT wave, count(*) AS n FROM v_forecast WHERE transient = 1 AND outcome = 'breaks' GROUP BY 1")}
        self.assertEqual({wave["wave"]: mixed.get(wave["wave"], 0) for wave in self.page["waves"]}, {wave["wave"]: wave["mixed"] for wave in self.page["waves"]})

    def test_hops_that_break_later_and_not_today(self):
        first = rows(site_db, "SELECT min(wave) AS first FROM v_forecast WHERE transient = 0 AND outcome = 'breaks'"
                              " GROUP BY client, client_node, client_service, server, server_node, port")
        self.assertEqual(len([row for row in first if row["first"] > 0]), self.page["breaks_later"])

    def test_mends_are_the_chosen_ones(self):
        chosen = rows(site_db, "SELECT what, saves, before_wave, impact FROM v_mend WHERE chosen = 1 ORDER BY before_wave, saves DESC, breaks, impact, mend_id")
        self.assertTrue(chosen)
        self.assertEqual([row["what"] for row in chosen], [mend["what"] for mend in self.page["mends"]])
        self.assertEqual([row["saves"] for row in chosen], [mend["saves"] for mend in self.page["mends"]])
        first = [row for row in chosen if row["before_wave"] <= 1]
        self.assertEqual((len(first), len([row for row in first if row["impact"] == 0])), (self.page["mends_first"], self.page["mends_first_no_outage"]))

    def test_what_is_to_be_found_out(self):
        asked = rows(site_db, "SELECT cluster, fact, sum(hops) AS hops, sum(minutes) AS minutes, count(*) AS nodes FROM v_evidence GROUP BY 1, 2")
        self.assertTrue(asked)
        key = lambda row: (row["cluster"], row["fact"], row["hops"], row["minutes"], row["nodes"])
        self.assertEqual(sorted(map(key, asked)), sorted(map(key, self.page["questions"])))
        self.assertEqual(sum(row["minutes"] for row in asked), self.page["question_minutes"])

    def test_what_going_back_breaks(self):
        for back in self.page["rollbacks"]:
            counted = [rows(site_db, "SELECT coalesce(sum(pairs), 0) AS n FROM v_rollback WHERE outcome = 'breaks' AND wave = ? AND cluster = ? AND last = ?",
                            back["wave"], back["cluster"], last)[0]["n"] for last in (0, 1)]
            self.assertEqual(counted, [back["at_once"], back["at_last"]], back)
        self.assertEqual(4, len(self.page["rollbacks"]))

    def test_hops_without_tls_are_counted_and_not_forecast(self):
        database = folder / "plain.db"
        site = plan_test.Plan.folder / "plain.yaml"
        site.write_text(plan_test.SITE.replace("hops:\n", "hops:\n  - {from: hh-expc, to: hq-cucm:5060, security: nonsecure}\n"))
        self.assertEqual(DONE, ucready("plan", "--site", site, "--db", database).returncode)
        page = page_data.blocks(page_of(database, "plain.html"))["pages"][0]
        self.assertEqual((0, 2), (self.page["without_tls"], page["without_tls"]), "two peers, one server")
        self.assertEqual(self.page["waves"], page["waves"])

    def test_the_text_report_says_the_same(self):
        text = " ".join(ucready("report", "--db", site_db).stdout.split())
        self.assertIn(self.page["verdict"], text)
        for wave in self.page["waves"]:
            works = wave["proven"] + wave["robust"] + wave["derived"]
            self.assertIn(f"{works} work ({wave['proven']} proven, {wave['robust']} robust, {wave['derived']} derived), {wave['breaks']} break, {wave['unknown']} unknown", text)

    def test_renewals_are_the_leaves_that_end_within_200_days(self):
        database = poisoned("renewals.db")
        page = page_data.blocks(page_of(database, "renewals.html"))["pages"][0]
        ending = rows(database, "SELECT DISTINCT sha256 FROM v_interface_certificate WHERE position = 0 AND not_after < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+200 days')")
        self.assertEqual(len(HOSTILE), len(ending))
        self.assertEqual({row["sha256"] for row in ending}, {renewal["sha256"] for renewal in page["renewals"]})
        self.assertEqual(len(ending), page["renewals_in_all"])
        self.assertTrue(all(renewal["held_by"] for renewal in page["renewals"]), "each is held in a store")


class InTheBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = page_of(site_db, "page.html")

    def setUp(self):
        browser.open(self.page)
        self.addCleanup(self.was_quiet)

    def was_quiet(self):
        self.assertEqual([], browser.complaints())
        self.assertEqual({f"file://{self.page}"}, set(browser.requests()))

    def test_the_first_screen_has_the_verdict(self):
        self.assertIn("NOT READY", browser.text("#readiness .badge"))
        self.assertIn("Upgrade readiness of hq", browser.run("return document.title"))

    def test_the_slider_walks_through_the_waves(self):
        self.assertIn("Today. ", browser.text("#wave-said"))
        before = browser.text("#wave-said").split(". ")[1]
        browser.type("#wave", "right", "right", "right")
        said = browser.text("#wave-said")
        self.assertIn("After wave 3: hq-cucm: upgrade to 15SU4a", said)
        self.assertNotIn(before, said)
        self.assertEqual(["hq-cucm"], browser.run("return [...document.querySelectorAll('#map .box.moved text:not(.small)')].map((t) => t.textContent.replace(/^[^a-z]*/, '')).filter((n) => n === 'hq-cucm')"))
        browser.type("#wave", "home")
        self.assertIn("Today. ", browser.text("#wave-said"))

    def test_what_breaks_is_told_by_a_word_and_a_shape(self):
        self.assertIn("✕ breaks", browser.text("#hop-list"))
        self.assertTrue(browser.run("return [...document.querySelectorAll('#map .mark')].every((mark) => mark.textContent.startsWith('✕'))"))
        browser.click("#map input[data-outcome=breaks]")
        self.assertNotIn("✕ breaks", browser.text("#hop-list"))

    def test_hops_of_the_list_are_those_of_the_forecast(self):
        shown = browser.run("return waves.list.rows.reduce((sum, row) => sum + row.pairs, 0)")
        self.assertEqual(rows(site_db, "SELECT count(*) AS n FROM v_forecast WHERE wave = 0 AND transient = 0")[0]["n"], shown)

    def test_findings_are_filtered_and_searched(self):
        known = rows(site_db, "SELECT severity, rule FROM v_finding")
        self.assertTrue(browser.text("#finding-count").startswith(f"{len(known)} of {len(known)} findings"), browser.text("#finding-count"))
        browser.click("#findings input[data-severity=critical]")
        left = len([row for row in known if row["severity"] != "critical"])
        self.assertLess(left, len(known))
        self.assertTrue(browser.text("#finding-count").startswith(f"{left} of"))
        browser.click("#findings input[data-severity=critical]")
        browser.type("#finding-search", "hop-breaks")
        self.assertTrue(browser.text("#finding-count").startswith(f"{len([row for row in known if row['rule'] == 'hop-breaks'])} of"))
        browser.type("#finding-search", " nobody has this word")
        self.assertTrue(browser.text("#finding-count").startswith("0 of"))

    def test_a_finding_is_opened_by_keyboard_and_shows_its_evidence_and_its_hop(self):
        browser.type("#finding-list", "down")
        first = rows(site_db, "SELECT evidence, hop_client, wave FROM v_finding WHERE rule = 'hop-breaks' AND severity = 'critical'")
        told = browser.text("#finding-detail")
        self.assertTrue(any(row["evidence"] in told for row in first), told)
        self.assertIn("What to do", told)
        browser.type("#finding-list", "end")
        self.assertEqual("true", browser.run("return document.querySelector('#finding-list .selected').getAttribute('aria-selected')"))
        browser.type("#finding-list", "home")
        browser.click("#finding-detail button")
        self.assertIn("breaks", browser.text("#hop-list"))

    def test_everything_is_reached_by_tab(self):
        reached = set()
        for _ in range(60):
            browser.run("return null")
            reached.add(browser.run("return document.activeElement.closest('section')?.id ?? ''"))
            browser.ask("POST", f"{browser.session}/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
                {"type": "keyDown", "value": "\ue004"}, {"type": "keyUp", "value": "\ue004"}]}]})
        self.assertLessEqual({"map", "findings", "trust"}, reached)

    def test_the_trust_matrix_shows_who_lacks_what(self):
        self.assertIn("≠ hh-expc", browser.text("#trust-cluster"))
        browser.click("#trust td.differs button")
        self.assertIn("CN=CA2", browser.text("#trust .detail"))

    def test_it_prints_without_what_is_for_the_screen(self):
        browser.run("window.dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(browser.run("return findings.list.rows.length"), browser.run("return document.querySelectorAll('#finding-list .row').length"))
        browser.run("window.dispatchEvent(new Event('afterprint'))")


class Hostile(unittest.TestCase):
    def test_nothing_that_others_wrote_runs_or_asks_for_anything(self):
        page = page_of(poisoned("hostile.db"), "hostile.html")
        browser.open(page)
        for list_id in ("finding-list", "hop-list", "certificate-list", "interface-list"):
            for _ in range(len(HOSTILE)):
                browser.type(f"#{list_id}", "down")
        browser.type("#wave", "right")
        browser.run("for (const option of [...trust.choice.options]) { trust.choice.value = option.value; trust.draw(); trust.table.querySelector('button')?.click(); }")
        browser.run("window.dispatchEvent(new Event('beforeprint'))")
        time.sleep(0.5)  # An image's or a frame's handler would run by now.
        self.assertIsNone(browser.run("return window.stolen ?? null"))
        self.assertEqual(0, browser.run("return document.querySelectorAll('img, iframe, base, link, object, embed').length"))
        self.assertEqual([], browser.complaints())
        self.assertEqual({f"file://{page}"}, set(browser.requests()))
        # And they are shown, not swallowed.
        self.assertIn("<img src=http://evil.test/x", browser.run("return findings.list.rows.map((row) => row.title).join(' ')"))

    def test_each_is_in_the_file_as_text_alone(self):
        text = page_of(poisoned("hostile-text.db"), "hostile-text.html").read_text("utf-8")
        self.assertEqual(1, text.count("<script>"))
        self.assertEqual(text.count("<script"), text.count("</script>"))
        self.assertNotIn("<img", text)
        self.assertNotIn("\u202e", text)
        self.assertNotIn("\u2028", text)

    def test_the_policy_holds_even_for_a_script_that_somebody_adds(self):
        page = page_of(site_db, "changed.html")
        page.write_text(page.read_text("utf-8").replace("<main", "<script>window.stolen = 1</script><main", 1), "utf-8")
        browser.open(page)
        self.assertIsNone(browser.run("return window.stolen ?? null"))
        self.assertTrue(browser.complaints())
        browser.requests()


class OfAnySize(unittest.TestCase):
    FINDINGS = 100_000

    def test_a_hundred_thousand_findings_do_not_freeze_it(self):
        database = folder / "many.db"
        shutil.copy(site_db, database)
        with sqlite3.connect(database) as copy:
            plan = copy.execute("SELECT run_id FROM run WHERE kind = 'plan'").fetchone()[0]
            copy.executemany("INSERT INTO finding VALUES (?, ?, 'weak-cipher', 'medium', 'hq', 'hq-cucm', ?, ?, 443, 'https', NULL, NULL, NULL, 'Weak suites', ?, 'Set others', 'observed')",
                             ((plan, f"f{n:015x}", f"node-{n}", f"10.0.{n // 250 % 250}.{n % 250}", f"TLS_RSA_WITH_RC4_128_SHA of node-{n}") for n in range(self.FINDINGS)))
        browser.open(page_of(database, "many.html"))
        self.assertGreaterEqual(browser.run("return findings.findings.length"), self.FINDINGS)
        self.assertLess(browser.run("return document.querySelectorAll('#finding-list .row').length"), 200, "only what is in sight is in the document")
        browser.type("#finding-list", "end")
        self.assertIn(f"node-{self.FINDINGS - 1}", browser.run("return findings.list.rows.map((row) => row.node).join(' ')"))
        browser.type("#finding-search", "node-77777")
        self.assertTrue(browser.text("#finding-count").startswith("1 of"), browser.text("#finding-count"))
        self.assertEqual([], browser.complaints())
        browser.requests()


class SeveralSites(unittest.TestCase):
    def test_one_page_each_to_choose_from(self):
        database = folder / "all.db"
        other = folder / "other.db"
        site = plan_test.Plan.folder / "other.yaml"
        site.write_text(plan_test.SITE.replace("site: hq", "site: branch").replace("  - {from: hh-expc, to: hq-cucm:5061}\n", ""))
        self.assertEqual(DONE, ucready("plan", "--site", site, "--db", other).returncode)
        self.assertEqual(DONE, ucready("merge", "--db", database, site_db, other).returncode)
        browser.open(page_of(database, "all.html"))
        hops = "return waves.list.rows.reduce((sum, row) => sum + row.pairs, 0)"
        self.assertIn("of branch", browser.text("h1"))
        few = browser.run(hops)
        browser.run("const choice = document.getElementById('site'); choice.value = '1'; choice.dispatchEvent(new Event('change'))")
        self.assertIn("of hq", browser.text("h1"))
        self.assertLess(few, browser.run(hops))
        self.assertEqual([], browser.complaints())
        browser.requests()


class Options(unittest.TestCase):
    def test_a_page_is_a_whole_report(self):
        for words in (["--table", "run"], ["--rule", "weak-cipher"], ["--severity", "high"]):
            done = ucready("report", "--db", site_db, "--format", "html", *words)
            self.assertEqual(USAGE, done.returncode)
            self.assertIn("--format html tells all at once", done.stderr)

    def test_a_database_without_a_plan_says_so(self):
        database = folder / "empty.db"
        site = plan_test.Plan.folder / "empty.yaml"
        site.write_text("site: hq\nclusters:\n  - {name: a, product: cucm, release: 14SU3}\n")
        ucready("scan", "--site", site, "--db", database, "--offline")
        if not database.exists():
            shutil.copy(site_db, database)
            with sqlite3.connect(database) as copy:
                copy.execute("UPDATE run SET kind = 'capture'")
        browser.open(page_of(database, "empty.html"))
        self.assertIn("No plan yet", browser.text("#readiness"))
        self.assertEqual([], browser.complaints())
        browser.requests()


if __name__ == "__main__":
    unittest.main()
