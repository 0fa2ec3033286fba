"""A system for the checks whose source is declared in a connector file, and whose API answers on this machine."""

from __future__ import annotations

import json
import uuid
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import yaml

from ingest_core.plugin import Engine, Source, SourceContext, Window
from ingest_core.registry import load_plugin
from ingest_core.testing.serving import Answered, Asked, Served
from ingest_core.testing.system import System

PATIENCE = 3
"""How often a request is sent, all told, where the checks let it fail: pauses are part of what is held to."""


class RestSystem(System):
    """An API with the records that were put into it; a subclass says how it answers.

    Args:
        folder: An empty folder, which becomes the home of the connector's file.
    """

    definition: ClassVar[Path | str]
    """The connector's file, or its text."""

    connector: ClassVar[str] = "declared"
    """The connector's name."""

    wrong: ClassVar[Mapping[str, Any]] = {}
    """Settings with which the API lets nobody in: `{"api_key": "wrong"}`."""

    long_rows: ClassVar[int] = 60_000
    own_bytes: ClassVar[int] = 4_000_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.records: list[dict[str, Any]] = []
        text = self.definition if isinstance(self.definition, str) else self.definition.read_text(encoding="utf-8")
        said = {**yaml.safe_load(text), "attempts": PATIENCE}
        (folder / "connectors").mkdir(exist_ok=True)
        (folder / "connectors" / f"{self.connector}.yaml").write_text(_yaml(said), encoding="utf-8")
        self.api = Served(self.respond, now=self.now)
        self.api.__enter__()

    @abstractmethod
    def respond(self, asked: Asked) -> Answered:
        """Answer a request, of :attr:`records`."""

    def now(self) -> datetime:
        """Give the API's own time, which its answers bear: no record that is put in later may be older."""
        return datetime.now(UTC)

    def options(self) -> Mapping[str, Any]:
        """Give the job's settings; ``base_url`` leads to the API."""
        return {"base_url": self.api.url}

    def settings(self) -> Mapping[str, Any]:
        """Give what the job says of the object, as :class:`ingest_core.plugin.SourceContext` holds it."""
        return {}

    def record(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Make a record of a row."""
        return dict(row)

    def source(self) -> Source:
        """See :class:`System`."""
        return self.made()

    def made(self, options: Mapping[str, Any] | None = None, window: Window | None = None) -> Source:
        """Make a source.

        Args:
            options: Settings that are otherwise than :meth:`options` says.
            window: What alone is read.
        """
        engine: Engine = load_plugin("ingest.engines", "native")()
        model = engine.options(self.connector, self.folder)
        given = model.model_validate({**self.options(), **(options or {})})
        objects = {self.object_name: self.settings()}
        return engine.source(self.connector, SourceContext(self.folder, objects, given, window))

    def put(self, rows: pa.Table) -> None:
        """See :class:`System`."""
        self.records += [self.record({name: as_json(value) for name, value in row.items()}) for row in rows.to_pylist()]

    def astray(self) -> Source | None:
        """See :class:`System`: the settings let nobody in."""
        return self.made(self.wrong) if self.wrong else None

    def broken(self) -> Source:
        """See :class:`System`: every answer breaks off."""
        self.api.instead.extend([Answered({"cut": "off" * 100}, cut=20)] * 10_000)
        return self.source()

    def troubled(self) -> Source:
        """See :class:`System`: the API asks for patience, is out of order, answers a page for people, breaks off."""
        page = b"<html><body>back in a minute</body></html>"
        troubles = [
            Answered({"error": "slow down"}, 429, {"Retry-After": "0"}),
            Answered({"error": "out of order"}, 503),
            Answered(page, 200, {"Content-Type": "text/html"}),
            Answered({"cut": "off" * 100}, cut=20),
        ]
        self.api.instead.extend(each for trouble in troubles for each in (trouble, None, None, None))
        return self.source()

    def close(self) -> None:
        """See :class:`System`."""
        self.api.__exit__(None, None, None)


def as_json(value: Any) -> Any:  # noqa: ANN401  # any value of a row
    """Give a value as an API would write it: moments by ISO 8601, decimals as texts."""
    if isinstance(value, Mapping):
        return {name: as_json(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        is_map = all(isinstance(each, tuple) for each in value) and bool(value)
        return {name: as_json(each) for name, each in value} if is_map else [as_json(each) for each in value]
    return str(value) if isinstance(value, (Decimal, uuid.UUID)) else _moment(value)


def _moment(value: Any) -> Any:  # noqa: ANN401  # as above
    return value.isoformat() if isinstance(value, (date, time)) else value


def _yaml(said: Mapping[str, Any]) -> str:
    """Write JSON, which is YAML, too."""
    return json.dumps(said, default=str, indent=1)
