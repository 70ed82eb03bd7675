"""The workbook opened by LibreOffice and read back cell by cell, the change plan, and the figures for a monitoring system."""

import json
import re
import subprocess
import unittest
import xml.etree.ElementTree as xml

import hostile_database
from planned_site import planned_site
from program import DONE, ROOT, rows, ucready

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

folder = None
site_db = None
hostile_db = None


def setUpModule():
    global folder, site_db, hostile_db
    folder, site_db = planned_site()
    hostile_db = hostile_database.poisoned(site_db, folder / "hostile.db")


def report(database, form):
    done = ucready("report", "--db", database, "--format", form)
    assert done.returncode == DONE, done.stderr
    return done.stdout


class Workbook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sheets = cls.opened(site_db, "site")
        cls.hostile = cls.opened(hostile_db, "hostile")

    @classmethod
    def opened(cls, database, name):
        """Of each sheet its rows, as LibreOffice understands them; a formula would be an error."""
        path = folder / f"{name}.xlsx"
        done = ucready("report", "--db", database, "--format", "xlsx", "-o", path)
        assert done.returncode == DONE, done.stderr
        assert path.stat().st_mode & 0o777 == 0o600
        done = subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "fods", "--outdir", folder, path],
                              capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
        document = xml.parse(folder / f"{name}.fods")
        return {table.get(f"{TABLE}name"): list(cls.rows_of(table)) for table in document.iter(f"{TABLE}table")}

    @staticmethod
    def rows_of(table):
        for row in table.iter(f"{TABLE}table-row"):
            cells = []
            for cell in row.iter(f"{TABLE}table-cell"):
                assert f"{TABLE}formula" not in cell.attrib, cell.attrib
                value = cell.get(f"{OFFICE}value")
                text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{TEXT}p"))
                shown = (float(value) if value is not None else text) if text or value is not None else None
                cells += [shown] * min(int(cell.get(f"{TABLE}number-columns-repeated", 1)), 40)
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield cells

    def table(self, sheets, name):
        head, *lines = sheets[name]
        return [dict(zip(head, line + [None] * (len(head) - len(line)))) for line in lines]

    def test_has_its_sheets_in_order(self):
        self.assertEqual(["Summary", "Hops", "Certificates", "Trust matrix", "Mends", "Phones by class", "Unknowns", "Findings"], list(self.sheets))

    def test_hops_are_those_of_the_plan_cell_by_cell(self):
        columns = "client, client_service, server, port, pairs, first_wave, last_wave, outcome, grade, reason, version, explanation"
        expected = rows(site_db, f"SELECT {columns} FROM v_forecast_link ORDER BY client, client_service, server, port, protocol, kind, first_wave")
        self.assertGreater(len(expected), 5)
        shown = self.table(self.sheets, "Hops")
        self.assertEqual([{name: row[name] for name in expected[0]} for row in shown], [{name: None if value == "" else value for name, value in row.items()} for row in expected])

    def test_mends_and_unknowns_are_those_of_the_plan(self):
        for sheet, query in [("Mends", "SELECT what, saves, chosen, undo FROM v_mend ORDER BY chosen DESC, before_wave, saves DESC, breaks, impact, mend_id"),
                             ("Unknowns", "SELECT fact, path, minutes, hops FROM v_evidence ORDER BY hops DESC, cluster, node, fact")]:
            expected = rows(site_db, query)
            self.assertTrue(expected)
            self.assertEqual(expected, [{name: row[name] for name in expected[0]} for row in self.table(self.sheets, sheet)])

    def test_the_summary_adds_up(self):
        waves = [line for line in self.sheets["Summary"] if line[0] == "today" or str(line[0]).startswith("wave ")]
        self.assertEqual(4, len(waves))
        for line in waves:
            figures = [value for value in line[1:] if isinstance(value, float)]
            self.assertEqual(sum(figures[:5]), figures[5], line)

    def test_hostile_text_is_text(self):
        titles = [row["title"] for row in self.table(self.hostile, "Findings")]
        self.assertIn("<img src=http://evil.test/x onerror=window.stolen=1>", titles)
        self.assertIn("=cmd|'/c calc'!A1", titles)
        subjects = [row["subject"] for row in self.table(self.hostile, "Certificates")]
        self.assertIn("=cmd|'/c calc'!A1", subjects)


class Schema(unittest.TestCase):
    """docs/report.schema.json, of whose words only these few are used."""

    TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}

    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads((ROOT / "docs/report.schema.json").read_text())

    def faults(self, value, schema, place="$"):
        if "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        if "enum" in schema and value not in schema["enum"]:
            yield f"{place}: {value!r} is none of {schema['enum']}"
        kinds = schema.get("type", [])
        if kinds and not isinstance(value, tuple(self.TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))):
            yield f"{place}: {value!r} is no {kinds}"
        if isinstance(value, dict):
            yield from (f"{place}: lacks {name}" for name in schema.get("required", []) if name not in value)
            for name, member in value.items():
                if name in schema.get("properties", {}):
                    yield from self.faults(member, schema["properties"][name], f"{place}.{name}")
                elif schema.get("additionalProperties") is False:
                    yield f"{place}: {name} is not told of"
        for at, item in enumerate(value if isinstance(value, list) else []):
            yield from self.faults(item, schema.get("items", {}), f"{place}[{at}]")

    def test_what_is_written_keeps_to_it(self):
        for database in (site_db, hostile_db):
            told = json.loads(report(database, "json"))
            self.assertTrue(told["findings"])
            self.assertEqual([], list(self.faults(told, self.schema)))

    def test_it_tells_of_every_member(self):
        told = json.loads(report(site_db, "json"))
        self.assertEqual(set(self.schema["$defs"]["finding"]["properties"]), set(told["findings"][0]))
        self.assertEqual(set(self.schema["$defs"]["run"]["properties"]), set(told["runs"][0]))

    def test_what_is_wrong_is_found(self):
        told = json.loads(report(site_db, "json"))
        told["findings"][0]["severity"] = "dire"
        del told["findings"][0]["rule"]
        told["findings"][0]["port"] = "443"
        self.assertEqual(3, len(list(self.faults(told, self.schema))))


class ChangePlan(unittest.TestCase):
    def test_steps_are_numbered_from_0_and_hold_every_mend_and_wave(self):
        text = report(site_db, "mop")
        steps = re.findall(r"^## Step (\d+): (.*)$", text, re.M)
        self.assertEqual([str(n) for n in range(len(steps))], [number for number, _ in steps])
        chosen = rows(site_db, "SELECT what FROM v_mend WHERE chosen = 1")
        self.assertEqual(1 + len(chosen) + 3 + 1, len(steps))
        titles = [re.sub(r"\\(.)", r"\1", title) for _, title in steps]
        for mend in chosen:
            self.assertIn(mend["what"], titles)
        self.assertEqual(["wave 1", "wave 2", "wave 3"], [title for title in titles if title.startswith("wave")])

    def test_every_step_has_a_line_to_decide_at(self):
        text = report(site_db, "mop")
        for step in re.split(r"^## Step ", text, flags=re.M)[1:]:
            self.assertIn("**Go / no-go:**", step)
            self.assertIn("**Duration:**", step)

    def test_a_mend_stands_before_the_wave_that_needs_it(self):
        text = report(site_db, "mop")
        for mend in rows(site_db, "SELECT what, before_wave FROM v_mend WHERE chosen = 1 AND before_wave > 0"):
            place = re.sub(r"\\(.)", r"\1", text).index(mend["what"])
            self.assertLess(place, text.index(f": wave {mend['before_wave']}\n"))

    def test_hostile_text_makes_no_markup(self):
        text = report(hostile_db, "mop")
        for mark in ("<script", "<img", "<svg", "<!--", "\u202e", "\x1b"):
            self.assertNotIn(mark, text)
        self.assertNotRegex(text, r"(?<!\\)\]\(")


class Prometheus(unittest.TestCase):
    LINE = re.compile(r'^ucready_([a-z_]+)\{((?:[a-z0-9_]+="(?:[^"\\]|\\.)*",?)*)\} (-?\d+)$')

    def metrics(self, database):
        told = []
        for line in report(database, "prometheus").splitlines():
            if line.startswith("#"):
                self.assertRegex(line, r"^# (HELP ucready_[a-z_]+ .+|TYPE ucready_[a-z_]+ gauge)$")
                continue
            match = self.LINE.match(line)
            self.assertIsNotNone(match, line)
            name, labels, value = match.groups()
            told.append((name, dict(re.findall(r'([a-z0-9_]+)="((?:[^"\\]|\\.)*)"', labels)), int(value)))
        return told

    def test_hops_findings_and_runs_are_those_of_the_database(self):
        told = self.metrics(site_db)
        breaks = {row["wave"]: row["n"] for row in rows(site_db, "SELECT wave, sum(outcome = 'breaks') AS n FROM v_forecast WHERE transient = 0 GROUP BY 1")}
        self.assertEqual(breaks, {int(labels["wave"]): value for name, labels, value in told if name == "hops" and labels["outcome"] == "breaks"})
        severities = {row["severity"]: row["n"] for row in rows(site_db, "SELECT severity, count(*) AS n FROM v_finding GROUP BY 1")}
        self.assertEqual(severities, {labels["severity"]: value for name, labels, value in told if name == "findings"})
        self.assertIn(("last_run_done", {"site": "hq", "kind": "plan"}, 1), told)
        self.assertIn(("ready", {"site": "hq"}, 0), told)

    def test_a_series_is_told_once(self):
        for database in (site_db, hostile_db):
            told = [(name, tuple(sorted(labels.items()))) for name, labels, _ in self.metrics(database)]
            self.assertEqual(len(told), len(set(told)))

    def test_hostile_text_breaks_out_of_no_label(self):
        told = self.metrics(hostile_db)
        self.assertGreater(len([1 for name, _, _ in told if name == "certificate_expiry_timestamp_seconds"]), 10)


if __name__ == "__main__":
    unittest.main()
