"""A file is read once as long as it is the same, and anew when it is another."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from ingest_core.documents import reading_once

OLD = time.time() - 60


def dated(path: Path, text: str, seconds: float) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (seconds, seconds))


def test_a_file_that_stays_the_same_is_read_once(tmp_path: Path) -> None:
    read: list[Path] = []

    def text_of(path: Path) -> str:
        read.append(path)
        return path.read_text(encoding="utf-8")

    reader = reading_once(text_of)
    path = tmp_path / "a.yaml"
    dated(path, "one", OLD)
    assert [reader(path), reader(path)] == ["one", "one"]
    assert len(read) == 1
    dated(path, "two", OLD + 1)
    assert reader(path) == "two"


def test_a_file_that_was_changed_just_now_is_read_each_time(tmp_path: Path) -> None:
    reader = reading_once(lambda path: path.read_text(encoding="utf-8"))
    path = tmp_path / "a.yaml"
    for text in ("one", "two", "six"):
        path.write_text(text, encoding="utf-8")
        assert reader(path) == text


def test_what_a_reader_raises_is_not_kept(tmp_path: Path) -> None:
    def reader(path: Path) -> str:
        raise ValueError(path.read_text(encoding="utf-8"))

    path = tmp_path / "a.yaml"
    with pytest.raises(FileNotFoundError):
        reading_once(reader)(path)
    dated(path, "bad", OLD)
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            reading_once(reader)(path)
