"""What an engine knows of a connector before its system is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from ingest_core.ports.source import Engine


@dataclass(frozen=True)
class ObjectFacts:
    """What is declared of one object.

    Args:
        description: What it holds.
        key: The columns that tell its rows apart.
        cursor: The column by which its rows follow one another.
        deleted: The column that marks a row as deleted.
        strategies: The ways to see what is new, by name, the first of those that fit being taken; of each, whether it
            is for rows that are merged alone.
    """

    description: str = ""
    key: Sequence[str] = ()
    cursor: str | None = None
    deleted: str | None = None
    strategies: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """What is declared of a connector.

    Args:
        objects: All the objects that it has, by name.
        documentation: Where its system is described.
    """

    objects: Mapping[str, ObjectFacts]
    documentation: str | None = None


@runtime_checkable
class Declaring(Engine, Protocol):
    """An engine that knows which objects a connector has. An engine need not: then any name is taken until a run."""

    def declared(self, connector: str, home: Path) -> Declared | None:
        """Tell what is declared of a connector, offline.

        Args:
            connector: Its name.
            home: The home folder, which may hold its definition.

        Returns:
            What is declared; ``None`` where only the system itself knows its objects.
        """
