"""A declared API of few lines, for one behaviour at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from ingest_core.plugin import Batch, Checkpoint, Cursor, Engine, Source, SourceContext, Split, Window
from ingest_core.registry import load_plugin
from ingest_core.rest.client import ClosedError
from ingest_core.rest.source import RestSource
from ingest_core.testing import Answered, Asked, Served

KEY = "sk_live_51_never_to_be_seen"


@dataclass
class Declared:
    """An API, its definition and what a job says of it.

    Args:
        home: Where the definition lies.
        api: Answers.
        said: The definition, which a test may change before it makes a source.
        settings: What the job says of the stream.
        hidden: Secrets that came to be known.
        window: What alone is read.
    """

    home: Path
    api: Served
    said: dict[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    window: Window | None = None

    def source(self, name: str = "rows") -> Source:
        """Make a source."""
        (self.home / "connectors").mkdir(exist_ok=True)
        (self.home / "connectors" / "declared.yaml").write_text(
            yaml.safe_dump(self.said, sort_keys=False), encoding="utf-8"
        )
        engine: Engine = load_plugin("ingest.engines", "native")()
        options = engine.options("declared", self.home).model_validate({"base_url": self.api.url})
        hide = lambda value, _: self.hidden.append(value)  # noqa: E731  # one line says it
        return engine.source(
            "declared", SourceContext(self.home, {name: self.settings}, options, self.window, hide=hide)
        )

    def rows(self, since: Cursor | None = None, name: str = "rows") -> list[dict[str, Any]]:
        """Read all that is new."""
        return self.load(since, name)[0]

    def load(self, since: Cursor | None = None, name: str = "rows") -> tuple[list[dict[str, Any]], Cursor]:
        """Read all that is new, and where that ends."""
        source = self.source(name)
        (stream,) = source.streams()
        return read(source, source.splits(stream, since or {}), since or {})


def read(source: Source, splits: Iterator[Split] | Any, since: Cursor) -> tuple[list[dict[str, Any]], Cursor]:  # noqa: ANN401  # any splits
    """Read splits: the rows, and the position that they end at."""
    batches: list[pa.RecordBatch] = []
    for split in splits:
        for message in source.read(split):
            if isinstance(message, Batch):
                batches.append(message.record_batch)
            elif isinstance(message, Checkpoint):
                since = message.cursor
    return [row for batch in batches for row in batch.to_pylist()], since


def definition(**stream: Any) -> dict[str, Any]:  # noqa: ANN401  # a stream's keys
    """Declare an API of one stream."""
    return {
        "version": 1,
        "options": {"base_url": {"required": True}, "key": {"secret": True, "default": KEY}},
        "base_url": "${option:base_url}",
        "auth": {"type": "bearer", "token": "${option:key}"},
        "attempts": 3,
        "streams": {"rows": {"path": "/rows", "records": "data", **stream}},
    }


def seconds_to_stop(source: Source, stop: threading.Event) -> float:
    """Read a source until it is stopped, and tell how long that took."""
    assert isinstance(source, RestSource)
    source.context = replace(source.context, is_stopped=stop.is_set)
    (stream,) = source.streams()
    (split,) = source.splits(stream, {})
    begin = time.monotonic()
    with pytest.raises(ClosedError):
        list(source.read(split))
    return time.monotonic() - begin


@contextmanager
def declared(
    home: Path, respond: Callable[[Asked], Answered], said: Mapping[str, Any] | None = None
) -> Iterator[Declared]:
    """Serve an API that is declared."""
    with Served(respond) as api:
        yield Declared(home, api, dict(said or definition()))
