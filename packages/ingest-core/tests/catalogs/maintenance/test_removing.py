"""Of what was found, that very file is removed, and nothing that is needed by now."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError
from ingest_core.catalogs.maintenance import orphans as module
from ingest_core.catalogs.maintenance.listing import folder_of
from ingest_core.ports import StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attic
    from ingest_core.catalogs.maintenance.listing import Folder
    from pyiceberg.table import Table


def test_of_an_odd_name_that_very_file_is_removed(landed: Attic) -> None:
    odd = ["a#b", "a?b", "a%20b", "a b", "a+b", "%23", "ä", "日本", "a'b", 'a"b', "a;b", "a\nb", "file:", "s3:"]
    for name in ("a", "a b c", ".parquet", "b", *odd):
        landed.left_over(f"data/{name}")
    for name in odd:
        files = [each for each in landed.found() if each.path.endswith(f"/data/{name}")]
        assert landed.remove(files) == files
        assert len(files) == 1
        assert not (landed.folder() / "data" / name).exists()
    assert landed.names(landed.found()) == ["data/a", "data/a b c", "data/b"]


def test_a_name_that_is_no_text_can_be_removed_too(landed: Attic) -> None:
    left = os.fsencode(landed.folder()) + b"/data/\xff.parquet"
    Path(os.fsdecode(left)).write_bytes(b"x")
    files = landed.found()
    assert len(landed.remove(files)) == 1
    assert not Path(os.fsdecode(left)).exists()


def test_a_file_that_was_committed_since_it_was_found_is_not_removed(landed: Attic) -> None:
    table = landed.table()
    (task, *_) = table.scan().plan_files()
    late, never = landed.left_over("data/late.parquet"), landed.left_over("data/never.parquet")
    late.write_bytes(Path(task.file.file_path.removeprefix("file://")).read_bytes())
    files = landed.found()
    assert len(files) == 2
    landed.table().add_files([f"file://{late}"])
    assert [each.path for each in landed.remove(files)] == [f"file://{never}"]
    assert late.exists()


def test_files_below_another_location_are_not_removed(landed: Attic, tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    other.write_bytes(b"x")
    for path in (f"file://{other}", landed.table().location(), f"{landed.table().location()}/../{other.name}"):
        with pytest.raises(JobError, match="does not lie below"):
            landed.remove([StoredFile(path, 1, landed.now)])
    assert other.exists()


def test_one_file_that_cannot_be_deleted_stops_no_other(landed: Attic, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        landed.left_over(f"data/left-{number:02}.parquet")
    files = landed.found()
    (landed.folder() / "data/left-07.parquet").unlink()  # somebody else was faster
    refuse(monkeypatch, lambda path: path.endswith("left-13.parquet"))
    gone = landed.remove(files)
    assert landed.names(set(files) - set(gone)) == ["data/left-13.parquet"]
    assert landed.names(landed.found()) == ["data/left-13.parquet"]


def test_a_storage_that_lets_nothing_be_deleted_is_told(landed: Attic, monkeypatch: pytest.MonkeyPatch) -> None:
    landed.left_over("data/left.parquet")
    refuse(monkeypatch, lambda _: True)
    with pytest.raises(JobError, match="the storage refuses us"):
        landed.remove(landed.found())


def refuse(monkeypatch: pytest.MonkeyPatch, which: Callable[[str], bool]) -> None:
    """Let the storage refuse to delete some files: who runs the tests may delete all."""
    real = folder_of

    def refusing(table: Table) -> Folder:
        found = real(table)

        def delete(path: str) -> None:
            if which(path):
                raise PermissionError(path)
            found.delete_path(path)

        return type(found)(found.location, found.base, found.entries, delete)

    monkeypatch.setattr(module, "folder_of", refusing)
