"""Estates that ucready-lab stands up on loopback while a test asks them."""

import contextlib
import subprocess
import tempfile
from pathlib import Path

from processes import in_private_network
from program import LAB


def shift(offset):
    """Of a lab's ports, where they are shared with others."""
    return [] if in_private_network() else ["--port-offset", str(offset)]


@contextlib.contextmanager
def standing(estate, lab, offset=0, patience_s=120):
    """The estate of that file, its site file and what else it leaves in the folder `lab`."""
    subprocess.run([LAB, "up", estate, "--dir", lab, *shift(offset)], check=True, capture_output=True, timeout=patience_s)
    try:
        yield lab
    finally:
        subprocess.run([LAB, "down", "--dir", lab], check=True, capture_output=True, timeout=patience_s)


def folder_of(add_cleanup):
    """A folder that goes with a class or a module: unittest's addClassCleanup or addModuleCleanup."""
    kept = tempfile.TemporaryDirectory()
    add_cleanup(kept.cleanup)
    return Path(kept.name)


def stand_up(add_cleanup, estate, offset):
    """A folder, and in it as `lab` an estate that stands until its class or module is done; a file, or its text."""
    folder = folder_of(add_cleanup)
    if isinstance(estate, str):
        (folder / "estate.yaml").write_text(estate)
        estate = folder / "estate.yaml"
    running = contextlib.ExitStack()
    running.enter_context(standing(estate, folder / "lab", offset))
    add_cleanup(running.close)
    return folder
