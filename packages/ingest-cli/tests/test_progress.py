"""How far a run is follows from its events, and is drawn in as many columns as there are."""

from __future__ import annotations

import io
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from ingest_cli.above import Above
from ingest_cli.closing_table import print_closing_table
from ingest_cli.progress import ObjectProgress, RunProgress
from ingest_cli.progress_view import ProgressView, duration
from ingest_core import Report, RunEvent
from rich.cells import cell_len
from rich.console import Console

SPLIT = 1_000_000


class Watched:
    """A run of one object in parts of a megabyte, on a clock that stands still unless it is moved."""

    def __init__(self, splits: int = 4, size: int | None = None) -> None:
        self.time = 100.0
        self.progress = RunProgress(["orders", "customers"], lambda: self.time)
        self.tell("object_started", table="acme.orders")
        self.tell("reading_started", splits=splits, size=splits * SPLIT if size is None else size)

    def tell(self, kind: Any, **said: Any) -> None:  # noqa: ANN401  # whatever an event says
        """Tell an event of the object."""
        self.progress.observe(RunEvent(kind, "orders", **said))

    def orders(self) -> ObjectProgress:
        """Give how far the object is."""
        return self.progress.objects[0]


def test_the_time_left_is_what_the_rest_takes_at_the_pace_so_far() -> None:
    watched = Watched()
    watched.tell("rows_read", split=0, rows=1000, size=5000)
    assert watched.orders().fraction is None
    watched.time += 10
    watched.tell("split_finished", split=0, size=SPLIT)
    assert watched.orders().fraction == 0.25
    assert watched.orders().seconds_left(watched.time) == 30
    assert watched.orders().rows_per_second(watched.time) == 100


def test_a_part_that_is_being_read_counts_by_its_rows() -> None:
    watched = Watched()
    watched.tell("rows_read", split=0, rows=1000, size=5000)
    watched.tell("split_finished", split=0, size=SPLIT)
    watched.tell("rows_read", split=1, rows=500, size=2500)
    assert watched.orders().source_read == 1.5 * SPLIT
    watched.tell("rows_read", split=2, rows=9000, size=2500)
    assert watched.orders().source_read == 4 * SPLIT


def test_where_the_size_is_unknown_no_time_is_guessed() -> None:
    watched = Watched(size=0)
    watched.tell("rows_read", split=0, rows=1000, size=5000)
    watched.tell("split_finished", split=0, size=0)
    watched.time += 1
    assert watched.orders().fraction is None
    assert watched.orders().seconds_left(watched.time) is None
    assert "1/4 parts" in drawn(watched.progress, 100)


def test_rows_that_are_written_anew_are_not_counted_twice() -> None:
    watched = Watched()
    watched.tell("rows_read", split=0, rows=1000, size=5000)
    watched.tell("split_finished", split=0, size=SPLIT)
    watched.tell("reading_started", splits=2, size=2 * SPLIT)
    assert (watched.orders().rows, watched.orders().splits_done, watched.orders().source_read) == (0, 0, 0)


def test_events_of_many_threads_add_up() -> None:
    watched = Watched(splits=8)

    def read(split: int) -> None:
        for _ in range(500):
            watched.tell("rows_read", split=split, rows=3, size=10)
        watched.tell("split_finished", split=split, size=SPLIT)

    threads = [threading.Thread(target=read, args=(split,)) for split in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (watched.orders().rows, watched.orders().fraction, watched.orders().status) == (12_000, 1.0, "committing")


def console(width: int, height: int = 24) -> Console:
    return Console(file=io.StringIO(), force_terminal=False, width=width, height=height, no_color=True)


def drawn(progress: RunProgress, width: int, height: int = 24) -> str:
    made = console(width, height)
    with made.capture() as captured:
        made.print(ProgressView(progress))
    return captured.get()


@pytest.mark.parametrize("width", [10, 20, 30, 40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_and_the_name_is_always_there(width: int) -> None:
    watched = Watched(splits=1200)
    for split in range(7):
        watched.tell("rows_read", split=split, rows=123_456_789, size=5000)
        watched.tell("split_finished", split=split, size=SPLIT)
    watched.time += 5
    lines = drawn(watched.progress, width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert [line[:3] for line in lines] == ["ord", "cus"]
    if width >= 120:
        assert "864,197,523 rows" in lines[0]
        assert "7.0 MB of 1.2 GB" in lines[0]
        assert "7/1200 parts" in lines[0]
        assert lines[0].rstrip().endswith("14:12 left")


def test_of_more_objects_than_lines_those_that_go_on_are_shown() -> None:
    progress = RunProgress([f"object-{number:03}" for number in range(200)])
    for number in range(100):
        report = SimpleNamespace(name="", status="committed", rows=1, files=1, size=1, seconds=0.1)
        progress.observe(RunEvent("object_finished", f"object-{number:03}", report=report))  # type: ignore[arg-type]  # what the view reads of it
    progress.observe(RunEvent("object_started", "object-100"))
    lines = drawn(progress, 80, height=12).splitlines()
    assert len(lines) == 11
    assert any(line.startswith("object-100") for line in lines)
    assert lines[-1] == "and 190 more"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0:00"), (61, "1:01"), (3661, "1:01:01"), (360000, "100:00:00")])
def test_a_duration_is_written_as_on_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_lines_of_others_stay_whole_however_they_are_written() -> None:
    made = console(20)
    above = Above(made)
    for part in (
        "a line that is ",
        "longer than the terminal\nand ",
        "another",
        "\n[bold]not markup[/] :smile:\n",
        "rest",
    ):
        above.write(part)
    above.flush()
    assert isinstance(made.file, io.StringIO)
    assert made.file.getvalue() == (
        "a line that is longer than the terminal\nand another\n[bold]not markup[/] :smile:\nrest\n"
    )


def test_a_run_that_failed_before_any_object_is_told_without_a_table() -> None:
    made = console(80)
    report = Report(
        "r1", "acme", "shop", "2026-01-01T00:00:00Z", 1.0, [], "the tenant is busy\n  mend: wait", "TransientError"
    )
    print_closing_table(report, made)
    assert isinstance(made.file, io.StringIO)
    assert made.file.getvalue() == "the tenant is busy\n  mend: wait\nfailure in 0:01, run r1\n"
