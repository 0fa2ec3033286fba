"""A try whose commit got no answer is settled by the next one, which reads the table: no row lands twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import Outcome, RunOptions, load_job, plan
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.errors import TransientError
from ingest_core.executor.parts import opened_parts
from ingest_core.executor.progress import Progress
from ingest_core.executor.retrying import land_persistently
from ingest_core.executor.start import Start
from ingest_core.files.source import FileSource

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source: {connector: csv, objects: {orders: {path: "data/orders*.csv", key: [id]}}}
target: {connector: iceberg, write: %s}
retry: {attempts: 4, backoff: 1ms}
"""
MODES = ["append", "replace", "merge", "history"]
LOST = "it is unknown whether the commit landed"


@pytest.fixture(autouse=True)
def data(home: Home) -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n2,b\n")


@pytest.mark.parametrize("write", MODES)
def test_a_commit_that_landed_without_an_answer_is_not_made_again_and_is_reported(
    home: Home, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    commit, answers = OpenedCatalog.commit, iter([True])

    def lose(catalog: OpenedCatalog, *given: Any) -> Any:  # noqa: ANN401  # as the catalog's own
        done = commit(catalog, *given)
        if next(answers, False):
            raise TransientError(LOST)
        return done

    monkeypatch.setattr(OpenedCatalog, "commit", lose)
    report = home.run(JOB % write)
    assert report.outcome is Outcome.SUCCESS, report
    assert home.values("csv_orders", "id", "name") == [(1, "a"), (2, "b")]
    assert [(o.status, o.rows) for o in report.objects] == [("committed", 2)]
    assert len(home.catalog().load_table("acme.csv_orders").history()) == 1


@pytest.mark.parametrize("write", MODES)
def test_a_commit_that_lands_while_the_next_try_goes_on_is_not_doubled_by_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    commit = OpenedCatalog.commit
    late: list[Any] = []

    def delay(catalog: OpenedCatalog, *given: Any) -> Any:  # noqa: ANN401  # as the catalog's own
        if not late:
            late.append(given)
            raise TransientError(LOST)
        if len(late) == 1:
            late.append(given)
            home.write("data/orders-2.csv", "id,name\n3,c\n")
            _, change, _, _ = late[0]
            if change.gathering is None:
                commit(catalog, *late[0])
        return commit(catalog, *given)

    monkeypatch.setattr(OpenedCatalog, "commit", delay)
    report = home.run(JOB % write)
    assert report.outcome is Outcome.SUCCESS, report
    expected = [(1, "a"), (2, "b"), (3, "c")]
    found = home.values("csv_orders", "id", "name")
    assert found == expected[: len(found)]
    monkeypatch.undo()
    assert home.run(JOB % write).outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id", "name") == expected


@pytest.mark.parametrize("write", MODES)
def test_tries_that_all_end_without_an_answer_say_that_a_former_one_may_have_landed(
    home: Home, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    def lose(*_: object) -> None:
        raise TransientError(LOST)

    monkeypatch.setattr(OpenedCatalog, "commit", lose)
    (told,) = home.run(JOB % write).objects
    assert told.status == "failed"
    assert told.error
    assert told.error.startswith(LOST)
    assert "a commit of a former try may have landed, which the next run finds out" in told.error


def test_each_try_has_an_identity_of_its_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, pairs = OpenedCatalog.commit, []

    def note(catalog: OpenedCatalog, *given: Any) -> Any:  # noqa: ANN401  # as the catalog's own
        pairs.append((given[2].run_id, given[2].seq))
        if len(pairs) < 3:
            raise TransientError(LOST)
        return commit(catalog, *given)

    monkeypatch.setattr(OpenedCatalog, "commit", note)
    report = home.run(JOB % "append")
    assert pairs == [(report.run_id, 1), (f"{report.run_id}-2", 1), (f"{report.run_id}-3", 1)]
    assert home.values("csv_orders", "_ingest_run_id") == [(report.run_id,)] * 2


def test_what_a_failed_try_gathered_is_gone_before_the_next_and_what_was_committed_is_kept(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that shows its tables together keeps what its commits are made of: it may have to make them once more."""
    read, gathered, spill = FileSource.read, [], home.root / "state" / "spill" / "acme"

    def fail_twice(source: FileSource, split: Any) -> Iterator[Any]:  # noqa: ANN401  # as the source's own
        gathered.append(sum(each.is_dir() for each in spill.iterdir()))
        if len(gathered) < 3:
            raise TransientError("the disk is away")
        yield from read(source, split)

    monkeypatch.setattr(FileSource, "read", fail_twice)
    planned = plan(load_job(home.job(JOB % "merge")))
    with opened_parts(Start.of(planned), RunOptions()) as parts, contextlib.ExitStack() as kept:
        progress = Progress(planned.objects[0])
        land_persistently(replace(parts, kept=kept), progress)
        (landed,) = progress.commits
        assert landed.change.gathering is not None
        assert landed.change.gathering.store.execute("SELECT count(*) FROM incoming").fetchall() == [(2,)]
        assert gathered == [1, 1, 1]
    assert not any(each.is_dir() for each in spill.iterdir())
