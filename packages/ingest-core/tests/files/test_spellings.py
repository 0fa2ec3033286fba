"""A file is one file, by whichever links its folder is reached."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, Outcome, RunOptions, load_job, plan, run
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.files.local import local_file
from ingest_core.files.paths import relative_name
from ingest_core.messages import Batch, Cursor, advance
from ingest_core.plugin import SourceContext

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "%s"}
target: {connector: iceberg}
"""


def loaded(home: Path, path: str, since: Cursor) -> tuple[list[int], Cursor]:
    """Load what is new, and give its rows and the position."""
    source = CsvSource(SourceContext(home, {"orders": {"path": path, "types": {}}}, Options()))
    (stream,) = source.streams()
    rows: list[int] = []
    for message in (each for split in source.splits(stream, since) for each in source.read(split)):
        if isinstance(message, Batch):
            rows += message.record_batch.column("id").to_pylist()
        else:
            since = advance(since, message.cursor)
    return rows, since


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A folder that is reached as ``real`` and as ``link``, with a file in ``home/data``, and one outside the home."""
    for folder in ("home", "outside"):
        (tmp_path / "real" / folder / "data").mkdir(parents=True)
        (tmp_path / "real" / folder / "data/a.csv").write_text("id\n1\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    return tmp_path


def test_a_home_that_is_reached_by_a_link_loads_nothing_twice(home: Home) -> None:
    home.write("data/a.csv", "id\n1\n")
    link = home.root.with_name("link")
    link.symlink_to(home.root)
    ways = [*product((home.root, link), ("data/*.csv", f"{home.root}/data/*.csv", f"{link}/data/*.csv"))]
    for base, path in ways:
        report = run(plan(load_job(home.job(JOB % path), base)), RunOptions(accept_job_change=True))
        assert report.outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id") == [(1,)]


@pytest.mark.parametrize(("first", "then"), [*permutations(("real", "link"), 2)])
@pytest.mark.parametrize("path", ["../outside/data/*.csv", "{places}/{way}/outside/data/*.csv"])
def test_a_file_outside_the_home_is_known_by_whichever_links(places: Path, path: str, first: str, then: str) -> None:
    since: Cursor = {}
    found = []
    for way in (first, then):
        rows, since = loaded(places / way / "home", path.format(places=places, way=way), since)
        found += rows
    assert found == [1]


def test_what_an_earlier_release_named_by_its_whole_path_is_known(places: Path) -> None:
    _, since = loaded(places / "real/home", "data/*.csv", {})
    for way, home in product(("real", "link"), repeat=2):
        noted = {f"{places / way}/home/data/a.csv": since["files"]["data/a.csv"]}
        assert loaded(places / home / "home", "data/*.csv", {"files": noted}) == ([], {"files": noted})


def test_a_path_that_leads_into_the_home_by_a_link_knows_what_was_loaded(places: Path) -> None:
    (places / "other").symlink_to(places / "real/home/data")
    _, since = loaded(places / "real/home", "data/*.csv", {})
    assert loaded(places / "real/home", f"{places}/other/*.csv", since)[0] == []
    _, since = loaded(places / "real/home", f"{places}/other/*.csv", {})
    assert loaded(places / "real/home", "data/*.csv", since)[0] == []


def test_other_content_under_the_same_whole_path_is_told_wherever_a_link_leads_now(places: Path) -> None:
    (places / "current").symlink_to(places / "real/outside/data")
    _, since = loaded(places / "real/home", f"{places}/current/*.csv", {})
    assert [*since["files"]] == [f"{places}/current/a.csv"]
    (places / "next").mkdir()
    (places / "next/a.csv").write_text("id\n1\n2\n")
    (places / "current").unlink()
    (places / "current").symlink_to(places / "next")
    with pytest.raises(JobError, match="has other content now"):
        loaded(places / "real/home", f"{places}/current/*.csv", since)


def test_a_link_below_the_home_is_part_of_a_name_however_the_home_is_reached(places: Path) -> None:
    (places / "real/home/way").symlink_to(places / "real/home/data")
    (places / "real/home/self").symlink_to(places / "real/home")
    for name, way, home in product(("way/a.csv", "self/data/a.csv"), ("real", "link"), ("real", "link")):
        assert relative_name(places / way / "home" / name, places / home / "home") == name
        assert local_file(places / way / "home" / name, places / home / "home").name == name


def test_a_former_file_whose_folder_cannot_be_reached_any_more_keeps_no_new_one_back(places: Path) -> None:
    lost = places / "lost"
    lost.symlink_to(places / "lost")  # what leads to itself fails as a share does that is gone
    seen = loaded(places / "real/home", "data/*.csv", {})[1]["files"]["data/a.csv"]
    rows, since = loaded(places / "real/home", "data/*.csv", {"files": {f"{lost}/a.csv": seen}})
    assert rows == [1]
    assert {*since["files"]} == {f"{lost}/a.csv", "data/a.csv"}
