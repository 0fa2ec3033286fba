"""Finds what jobs of one runner file are to one another, and must not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from ingest_core.errors import Fault, Key
from ingest_core.planner import Plan

SCHEDULES: Key = ("runner", "orchestrator", "schedules")


def clashes(plans: Mapping[int, Plan | None]) -> Iterator[Fault]:
    """Tell of two files that are one job, of two jobs that land in one table, and of jobs that depend on one another.

    Args:
        plans: The plan of each schedule's job, by the schedule's place in the file; those of one job are one.
    """
    yield from _twice(plans)
    yield from _circles(plans)


def _twice(plans: Mapping[int, Plan | None]) -> Iterator[Fault]:
    jobs: dict[object, Plan] = {}
    tables: dict[object, Plan] = {}
    told: set[object] = set()
    for place, planned in plans.items():
        if planned is None or id(planned) in told:
            continue
        told.add(id(planned))
        key = (*SCHEDULES, place, "config")
        name = (planned.job.tenant, planned.job.name)
        if (other := jobs.setdefault(name, planned)) is not planned:
            what = f"is the job {name[1]!r} of {name[0]!r}, as {other.job.document.path} is"
            yield Fault(what, "say another `name` in one of them", key)
            continue
        yield from _table_clashes(planned, tables, key)


def _table_clashes(planned: Plan, tables: dict[object, Plan], key: Key) -> Iterator[Fault]:
    for name in dict.fromkeys(each.table for each in planned.objects):
        for identity in _identities(planned, str(name)):
            other = tables.setdefault(identity, planned)
            if other is not planned:
                problem = f"lands in the table {name}, as the job {other.job.document.path} does"
                yield Fault(problem, "give each job a table of its own", key)
                break


def _identities(planned: Plan, table: str) -> tuple[object, object]:
    """Give by what a table is known: to the catalog, and to the orchestrator, which knows no catalogs."""
    target = planned.job.spec.target
    catalog = tuple(sorted((target.catalog or {}).items()))
    return ("catalog", catalog, target.branch, table.lower()), ("asset", planned.job.tenant, table.lower())


def _circles(plans: Mapping[int, Plan | None]) -> Iterator[Fault]:
    """Tell of the first circle in which tables are said to be made of one another."""
    places = {planned.job.document.path: place for place, planned in reversed(list(plans.items())) if planned}
    jobs = {planned.job.document.path: planned for planned in plans.values() if planned}
    makers = {(each.job.tenant, table.table): path for path, each in jobs.items() for table in each.objects}
    needs = {
        path: {makers[key] for table in each.depends_on if (key := (each.job.tenant, table)) in makers}
        for path, each in jobs.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        first, *others = error.args[1][:-1]
        problem = f"the job {first} depends on a table of its own"
        if others:
            problem = "each of these depends on a table of the next: " + ", ".join(map(str, [first, *others]))
        yield Fault(problem, "mend `depends_on`", (*SCHEDULES, places[first], "config"))
