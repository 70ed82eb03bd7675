"""The site of the plan's own tests, planned once for a module."""

import tempfile
import unittest
from pathlib import Path

import plan_test
from program import DONE, ucready


def planned_site():
    """A folder of its own, and in it the database with the plan; both are gone when the module ends."""
    temporary = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(temporary.cleanup)
    plan_test.Plan.setUpClass()
    unittest.addModuleCleanup(plan_test.Plan.tearDownClass)
    folder = Path(temporary.name)
    database = folder / "site.db"
    done = ucready("plan", "--site", plan_test.Plan.folder / "site.yaml", "--db", database)
    assert done.returncode == DONE, done.stderr
    return folder, database
