"""What `collect` writes, run against systems that answer as real ones do, and imported."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import exports
from program import DONE, USAGE, rows, ucready

# Stand-ins for ssh and curl: they answer what the generator has for the command, and complain of every other one.
SSH = """#!/usr/bin/env python3
import json, sys
from pathlib import Path
here = Path(__file__).parent
address = sys.argv[-1].split("@")[1]
answers = json.loads((here / f"{address}.json").read_text())
for command in sys.stdin.read().splitlines():
    print(f"{answers['prompt']}{command}\\r")
    for line in answers["commands"].get(command, next((said for start, said in answers["commands"].items() if command.startswith(start)), [])):
        print(line + "\\r")
"""
CURL = """#!/usr/bin/env python3
import sys
from pathlib import Path
words = sys.argv[1:]
host = words[-1].split("/")[2]
source = Path(__file__).parent / f"{host}.snapshot"
if not source.exists():
    sys.exit("curl: (22) The requested URL returned error: 401")
Path(words[words.index("-o") + 1]).write_text(source.read_text())
"""


class Collect(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)

    def script(self):
        done = ucready("collect", "--format", "bash")
        self.assertEqual(DONE, done.returncode)
        path = self.folder / "collect.sh"
        path.write_text(done.stdout)
        return path

    def test_the_script_gathers_an_estate_that_the_import_reads(self):
        pki = exports.Pki(self.folder / "pki")
        tools = self.folder / "tools"
        tools.mkdir()
        for name, text in (("ssh", SSH), ("curl", CURL)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        for node in exports.NODES:
            answers = {command: printed for command, printed in exports.cli_log(pki, node) if not command.startswith("run sql")}
            (tools / f"{node}.json").write_text(json.dumps({"prompt": "admin:", "commands": answers}))
            (tools / f"{node}.snapshot").write_text(exports.snapshot(pki, node))
        for peer in exports.PEERS:
            answers = {"xConfiguration": exports.xconfiguration(peer), "xStatus": exports.xstatus()}
            (tools / f"{peer}.json").write_text(json.dumps({"prompt": "", "commands": answers}))
        router = {"show version": ["Cisco IOS XE Software, Version 17.09.04a"], "show running-config": exports.running_configuration(pki)}
        (tools / f"{exports.ROUTER}.json").write_text(json.dumps({"prompt": f"{exports.ROUTER}#", "commands": router}))
        kinds = {**{node: "vos" for node in exports.NODES}, **{peer: "expressway" for peer in exports.PEERS}, exports.ROUTER: "ios",
                 "hh-cucm-pub": "vos-publisher"}
        (self.folder / "nodes.txt").write_text("# kind address user\n" + "".join(f"{kind} {node} admin\n" for node, kind in kinds.items()))
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", self.script(), self.folder / "nodes.txt", self.folder / "exports"], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(0o700, (self.folder / "exports").stat().st_mode & 0o777)
        imported = ucready("import", self.folder / "exports", "--db", self.folder / "x.db")
        self.assertEqual(DONE, imported.returncode, imported.stderr)
        clusters = {row["cluster"]: (row["product"], row["release"]) for row in rows(self.folder / "x.db", "SELECT * FROM v_cluster")}
        self.assertEqual(("cucm", "15SU2"), clusters["hh-cucm"])
        self.assertEqual(("expressway-c", "X14.3.7"), clusters["hh-expc"])
        self.assertEqual(("cube", "17.9.4a"), clusters["hh-cube1"])
        self.assertEqual(9, rows(self.folder / "x.db", "SELECT count(DISTINCT node || store) AS n FROM v_trust WHERE store LIKE '%-trust'")[0]["n"])

    def test_a_system_that_refuses_is_missed_and_the_others_are_gathered(self):
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "ssh").write_text("#!/bin/bash\ncat >/dev/null\ncase $* in *good*) echo 'admin:show tls min-version'; echo 'Configured TLS minimum version is 1.2';; *) exit 255;; esac\n")
        (tools / "curl").write_text("#!/bin/bash\nexit 22\n")
        for tool in tools.iterdir():
            tool.chmod(0o755)
        (self.folder / "nodes.txt").write_text("vos bad-1 admin\nvos good-1 admin\n")
        done = subprocess.run(["bash", self.script(), self.folder / "nodes.txt", self.folder / "exports"],
                              env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(3, done.returncode)
        self.assertIn("Configured TLS", (self.folder / "exports/good-1/commands.log").read_text())

    def test_no_command_changes_anything_or_asks_for_a_key(self):
        for kind in ("text", "bash", "powershell"):
            text = ucready("collect", "--format", kind).stdout
            for word in ("set tls", "utils system", "delete", "write memory", "configure terminal", "xCommand", "private", "-k "):
                if word != "private" or kind != "text":
                    self.assertNotIn(word, text, kind)

    def test_another_format_is_refused(self):
        self.assertEqual(USAGE, ucready("collect", "--format", "perl").returncode)


if __name__ == "__main__":
    unittest.main()
