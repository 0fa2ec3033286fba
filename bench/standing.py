"""Cases of a table that is there: nothing new, rows to be merged; and the command's help."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from bench.aims import BEYOND, HELP, MEMORY, MERGING
from bench.cases import Case, Command, made
from bench.homes import forget, put_aside, put_back, write_job
from bench.measuring import measure
from bench.orders import TYPES
from bench.places import ROOT, Places, ingest, python

CHANGED = 100
"""Each so manieth order changes: 50,000 of 5,000,000."""

IMPORTED = re.compile(r"^import time: +\d+ \| +\d+ \| +([\w.]+)$", re.MULTILINE)
FEW = 20_000


def nothing_new(places: Places) -> Case:
    """Build the case of a run that finds nothing new, held against a Python that imports the same modules."""
    made(places, "csv", FEW)
    home = places.home("nothing")
    job = write_job(home, places.data("csv", FEW), TYPES)
    command = ingest("run", "--config", job)
    measure(command, ROOT)
    names = home / "modules.txt"
    names.write_text("\n".join(imported(command)), encoding="utf-8")
    return Case("nothing", 0, command, python("bench.by_hand.imports", names), (BEYOND,))


def imported(command: Command) -> list[str]:
    """List the modules that a command imports, in the order in which it does."""
    traced = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=traced)  # noqa: S603  # our own
    return IMPORTED.findall(done.stderr)


def merging(places: Places) -> Case:
    """Build the case of merging changed rows into a table, held against a rewrite of the same files by hand."""
    rows = places.rows // CHANGED
    made(places, "csv", places.rows)
    changes = places.changes(rows)
    measure(python("bench.orders", changes, "--rows", rows, "--step", CHANGED), ROOT)
    home, aside = places.home("merge"), places.home("merge-aside")
    inbox = home / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    job = write_job(home, inbox / "*.csv", TYPES, "write: merge\n      key: [order_id]")
    for file in inbox.iterdir():
        file.unlink()
    (inbox / "1.csv").hardlink_to(places.data("csv", places.rows))
    forget(home / "state")
    measure(ingest("run", "--config", job), ROOT)
    (inbox / "2.csv").hardlink_to(changes)
    put_aside(home, aside)
    return Case(
        name="merge",
        rows=rows,
        ours=ingest("run", "--config", job),
        theirs=python("bench.by_hand.merge", changes, home / "state"),
        aims=(MERGING, MEMORY),
        before_ours=lambda: put_back(home, aside),
        before_theirs=lambda: put_back(home, aside),
    )


def asked_for_help(places: Places) -> Case:
    """Build the case of ``ingest --help``, held against a bare Python."""
    del places
    return Case("help", None, ingest("--help"), [sys.executable, "-c", "pass"], (HELP,))
