"""Whatever the embedded catalog names is on the disk first: a power cut after the commit takes nothing away."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome
from ingest_core.durable import replace_text

if TYPE_CHECKING:
    from conftest import Home


class Disk:
    """Knows what was put on the disk, and how long it was then."""

    def __init__(self) -> None:
        self.sizes: dict[Path, int] = {}
        self._real = os.fsync

    def fsync(self, descriptor: int) -> None:
        """Do it, and note it."""
        self._real(descriptor)
        self.sizes[Path(f"/proc/self/fd/{descriptor}").readlink()] = os.fstat(descriptor).st_size

    def has(self, path: Path) -> bool:
        """Tell whether a file is on it as it is now, with the entries that lead there."""
        return self.sizes.get(path) == path.stat().st_size and path.parent in self.sizes


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()
    monkeypatch.setattr(os, "fsync", made.fsync)
    return made


def test_every_file_of_a_commit_is_on_the_disk_before_the_catalog_names_it(
    home: Home, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest_core.catalogs import staging  # noqa: PLC0415  # what is looked at is its moment of sending

    missing: list[Path] = []
    real = staging.post

    def look_and_post(*args: object) -> None:
        missing.extend(path for path in (home.root / "state/warehouse").rglob("*.*") if not disk.has(path))
        real(*args)  # type: ignore[arg-type]  # passes on what it is given

    monkeypatch.setattr("ingest_core.catalogs.sending.post", look_and_post)
    home.write("data/orders.csv", "id\n1\n")
    assert home.run().outcome is Outcome.SUCCESS
    written = list((home.root / "state/warehouse").rglob("*.*"))
    assert {path.suffix for path in written} == {".parquet", ".avro", ".json"}
    assert not missing
    assert all(disk.has(path) for path in written)


def test_folders_that_were_made_have_their_entries_on_the_disk(home: Home, disk: Disk) -> None:
    home.write("data/orders.csv", "id\n1\n")
    assert home.run().outcome is Outcome.SUCCESS
    folders = [path for path in (home.root / "state/warehouse").rglob("*") if path.is_dir()]
    assert folders
    assert all(folder.parent in disk.sizes for folder in folders)


def test_sqlite_itself_waits_for_the_disk(home: Home) -> None:
    home.write("data/orders.csv", "id\n1\n")
    assert home.run().outcome is Outcome.SUCCESS
    with sqlite3.connect(home.root / "state/catalog.db") as connection:
        full = 2
        assert connection.execute("PRAGMA synchronous").fetchone() == (full,)


def test_a_note_is_put_in_anothers_place_whole(tmp_path: Path, disk: Disk) -> None:
    note = tmp_path / "deep/er/note.json"
    replace_text(note, "old")
    replace_text(note, "newer")
    assert note.read_text() == "newer"
    assert disk.sizes[note.with_suffix(".new")] == len("newer")
    assert {tmp_path, tmp_path / "deep", note.parent} <= disk.sizes.keys()
