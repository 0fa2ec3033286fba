"""A stop that comes while a CSV file is being opened ends that at once, wherever it comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.connectors.csv.feed import Feed
from ingest_core.plugin import SourceContext

AT_ONCE_SECONDS = 20
"""Much for a file of a few rows, and a third of what Arrow's threads are waited for."""


def stopped_behind(made: Callable[..., Any]) -> Callable[..., Any]:
    """Make something of Arrow's as ever, and have a stop come before it is handed on."""

    def make(*arguments: object, **said: object) -> None:
        held = made(*arguments, **said)
        assert held is not None  # and the traceback holds it from here on
        raise KeyboardInterrupt

    return make


@pytest.mark.parametrize(("module", "name"), [(pa, "PythonFile"), (pa, "BufferedInputStream"), (pa_csv, "open_csv")])
def test_a_stop_while_a_file_is_opened_waits_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    (tmp_path / "a.csv").write_text("id,text\n" + "1,a\n" * 1000)
    source = CsvSource(SourceContext(tmp_path, {"orders": {"path": "a.csv", "types": {}}}, Options()))
    monkeypatch.setattr(module, name, stopped_behind(getattr(module, name)))
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        source.streams()
    assert time.monotonic() - began < AT_ONCE_SECONDS


def test_arrow_runs_nothing_of_ours_as_it_lets_go_of_a_file_where_a_stop_would_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("id,text\n" + "1,a\n" * 1000)
    source = CsvSource(SourceContext(tmp_path, {"orders": {"path": "a.csv", "types": {}}}, Options()))
    closed: list[Feed] = []
    real = Feed.close

    def close(feed: Feed) -> None:
        closed.append(feed)
        real(feed)

    monkeypatch.setattr(Feed, "close", close)
    source.streams()
    assert closed
    assert len(closed) == len(set(closed))
