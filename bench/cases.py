"""What is measured: for each case a command of ours, and one to hold it against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.aims import GROWTH, MEMORY, WALL, Aim
from bench.homes import forget, write_job
from bench.measuring import measure
from bench.orders import TYPES
from bench.places import ROOT, Places, ingest, python

Command = Sequence[str]
Reset = Callable[[], None]


@dataclass(frozen=True)
class Case:
    """One thing that is measured.

    Args:
        name: Its name.
        rows: Rows that each run says it landed; ``None`` where none is to be said.
        ours: Our command.
        theirs: What it is held against.
        aims: What is aimed at.
        before_ours: Makes everything as it was before our command ran.
        before_theirs: Likewise for the other.
    """

    name: str
    rows: int | None
    ours: Command
    theirs: Command
    aims: Sequence[Aim]
    before_ours: Reset = field(default=lambda: None)
    before_theirs: Reset = field(default=lambda: None)


Build = Callable[[Places], Case]
"""Makes the data and the homes of a case."""


def made(places: Places, kind: str, rows: int) -> None:
    """Make a file of orders, in a process of its own, since this one is to stay small."""
    measure(python("bench.orders", places.data(kind, rows), "--rows", rows), ROOT)


def load(places: Places, kind: str, rows: int, types: Mapping[str, str]) -> Case:
    """Build the case of loading one file into a new table."""
    name = kind if len(types) != 1 else f"{kind}-inferred"
    made(places, kind, rows)
    path, home, hand = places.data(kind, rows), places.home(name), places.hand(name)
    job = write_job(home, path, dict(types))
    return Case(
        name=name,
        rows=rows,
        ours=ingest("run", "--config", job),
        theirs=python("bench.by_hand.load", path, hand),
        aims=(WALL, MEMORY),
        before_ours=lambda: forget(home / "state"),
        before_theirs=lambda: forget(hand),
    )


def grown(places: Places) -> Case:
    """Build the case of loading four times the rows, held against our own command on a quarter of them."""
    large = load(places, "csv", places.rows * 4, TYPES)
    home = places.home("csv-quarter")
    made(places, "csv", places.rows)
    job = write_job(home, places.data("csv", places.rows), TYPES)
    return Case(
        name="csv-4x",
        rows=None,
        ours=large.ours,
        theirs=ingest("run", "--config", job),
        aims=(MEMORY, GROWTH),
        before_ours=large.before_ours,
        before_theirs=lambda: forget(home / "state"),
    )
