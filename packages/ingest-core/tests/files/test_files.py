"""A file is one file, whatever it is called, and other content is noticed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, Outcome
from ingest_core.files.identity import looks_like, noted_part, same_content
from ingest_core.files.local import local_file
from ingest_core.files.paths import by_file, matching_files

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


def names(home: Path, pattern: str) -> list[str]:
    return [str(file.relative_to(home)) for file in matching_files(pattern, home, ())]


@pytest.mark.parametrize(
    "pattern",
    [
        "data/**/**/*.csv",
        "data/**/*.csv",
        "./data/**/*.csv",
        "data//**/*.csv",
        "data/../data/**/*.csv",
        "{home}/data/**/*.csv",
    ],
)
def test_a_file_is_found_once_by_one_name_however_the_job_spells_it(tmp_path: Path, pattern: str) -> None:
    for name in ("data/a.csv", "data/deep/er/b.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert names(tmp_path, pattern.format(home=tmp_path)) == ["data/a.csv", "data/deep/er/b.csv"]


def test_behind_a_link_to_a_folder_two_points_are_another_place(tmp_path: Path) -> None:
    (tmp_path / "far/away").mkdir(parents=True)
    (tmp_path / "far/a.csv").touch()
    (tmp_path / "link").symlink_to(tmp_path / "far/away")
    assert names(tmp_path, "link/../*.csv") == ["link/../a.csv"]


def hard(link: Path, file: Path) -> None:
    link.hardlink_to(file)


def symbolic(link: Path, file: Path) -> None:
    link.symlink_to(file)


@pytest.mark.parametrize("make", [hard, symbolic])
def test_a_link_brings_no_rows_of_its_own_whenever_it_comes(home: Home, make: Callable[[Path, Path], None]) -> None:
    file = home.write("data/m.csv", "id\n1\n")
    for link in (None, "a.csv", "z.csv"):
        if link:
            make(home.root / "data" / link, file)
        assert home.run(JOB % "data/*.csv").outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id") == [(1,)]


def test_what_a_link_leads_to_is_taken_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/1.csv").touch()
    (tmp_path / "a").symlink_to(tmp_path / "m")
    assert by_file(matching_files("*/1.csv", tmp_path, ())) == [[tmp_path / "m/1.csv", tmp_path / "a/1.csv"]]


def rewritten(file: Path, text: str) -> None:
    """Change a file's content and give it its former time."""
    before = file.stat()
    file.write_text(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_content_that_changed_behind_the_same_size_and_time_is_noticed(home: Home) -> None:
    file = home.write("data/a.csv", "id\n1\n")
    assert home.run(JOB % "data/*.csv").outcome is Outcome.SUCCESS
    rewritten(file, "id\n2\n")
    assert "was loaded before and has other content now" in str(home.run(JOB % "data/*.csv").objects[0].error)


def test_rights_and_links_that_changed_bring_no_rows(home: Home) -> None:
    file = home.write("data/a.csv", "id\n1\n")
    assert home.run(JOB % "data/*.csv").outcome is Outcome.SUCCESS
    file.chmod(0o600)
    (home.root / "elsewhere.csv").hardlink_to(file)
    assert home.run(JOB % "data/*.csv").outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id") == [(1,)]


def test_what_an_earlier_release_noted_of_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    noted = {**noted_part(local_file(path, tmp_path), 0, 1, ""), "sha256": hashlib.sha256(b"id\n1\n").hexdigest()}
    del noted["xxh3"]
    assert looks_like(noted, local_file(path, tmp_path).seen)
    os.utime(path, (1, 1))
    assert not looks_like(noted, local_file(path, tmp_path).seen)
    assert same_content(noted, local_file(path, tmp_path))
    path.write_text("id\n2\n")
    assert not same_content(noted, local_file(path, tmp_path))


def test_a_position_from_before_times_of_change_were_noted_goes_by_the_time_of_writing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    noted = dict(noted_part(local_file(path, tmp_path), 0, 1, ""))
    del noted["ctime_ns"]
    rewritten(path, "id\n1\n")
    assert looks_like(noted, local_file(path, tmp_path).seen)


def test_a_file_that_takes_anothers_name_is_told(home: Home) -> None:
    file = home.write("data/a.csv", "id\n1\n")
    assert home.run(JOB % "data/*.csv").outcome is Outcome.SUCCESS
    file.rename(home.root / "gone.csv")
    home.write("data/b.csv", "id\n2\n").rename(file)
    assert "has other content now" in str(home.run(JOB % "data/*.csv").objects[0].error)


def test_a_pattern_that_finds_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="no file at"):
        matching_files("data/*.csv", tmp_path, ())
