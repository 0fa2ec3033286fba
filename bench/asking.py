"""Cases of an API whose pages take 20 ms each: read in a chain, and in stretches side by side."""

from __future__ import annotations

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path

from bench.aims import ASKED_MEMORY, CHAIN, STRETCHES, Aim
from bench.cases import Case
from bench.homes import forget
from bench.places import ROOT, Places, ingest, python

SHARE = 25
"""Of so many orders of the other cases, one record is asked for: 200,000 of 5,000,000."""

WINDOW = {"from": "${window:from}", "until": "${window:until}"}


def chain(places: Places) -> Case:
    """Build the case of an API that allows nothing but one page after the other, held against the bare chain."""
    return _case(places, "api-chain", {}, (CHAIN, ASKED_MEMORY))


def stretches(places: Places) -> Case:
    """Build the case of an API that can be asked for stretches of time, held against the bare chain."""
    return _case(places, "api-stretches", WINDOW, (STRETCHES, ASKED_MEMORY))


def _case(places: Places, name: str, params: dict[str, str], aims: tuple[Aim, ...]) -> Case:
    rows = places.rows // SHARE
    url = served(rows)
    home = places.home(name)
    job = _home(home, url, params)
    return Case(
        name=name,
        rows=rows,
        ours=ingest("run", "--config", job),
        theirs=python("bench.by_hand.page_chain", f"{url}/rows"),
        aims=aims,
        before_ours=lambda: forget(home / "state"),
    )


@cache
def served(rows: int) -> str:
    """Start the API, which answers until this process ends, and give its address."""
    command = python("bench.pages", "--rows", rows)
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own module
    atexit.register(server.kill)
    if server.stdout is None:
        raise RuntimeError("the API says no address")
    return server.stdout.readline().strip()


def _home(home: Path, url: str, params: dict[str, str]) -> Path:
    """Write a home with the connector, its entry and a job."""
    definition = {
        "version": 1,
        "base_url": url,
        "rate_limit": {"concurrent": 16},
        "paging": {
            "type": "last_id",
            "field": "n",
            "param": "after",
            "more": "has_more",
            "size": {"param": "limit", "value": 100},
        },
        "streams": {
            "rows": {
                "path": "/rows",
                "params": params,
                "records": "data",
                "key": ["n"],
                "cursor": {"field": "n", "unit": "s", "order": "descending", "start": "1970-01-01"},
            }
        },
    }
    entry = {"version": 1, "connectors": {"paged": {"description": "pages", "roles": ["source"]}}}
    job = {"tenant": "acme", "source": {"connector": "paged", "objects": ["rows"]}, "target": {"connector": "iceberg"}}
    for name, said in {"connectors/paged": definition, "registry/connectors": entry, "jobs/acme/paged": job}.items():
        file = home / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(said), encoding="utf-8")  # JSON is YAML, too
    return home / "jobs" / "acme" / "paged.yaml"
