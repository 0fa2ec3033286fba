"""The port to where rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from ingest_core.messages import Batch, Checkpoint, Cursor, Split, Stream


@dataclass(frozen=True)
class Window:
    """A stretch of time, of which alone something is read.

    Args:
        since: Its beginning, with its zone; ``None`` from ever.
        until: Its end, which is no part of it; ``None`` for ever.
    """

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment, with its zone, lies in it."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class SourceContext:
    """What a source is made of.

    Args:
        home: Relative paths start here.
        objects: For each object wanted, what the job says of it (``path``, ``types``, ``select``).
        options: The job's ``with``, checked against the connector's model, secrets filled in.
        window: What alone is to be read this time, as far as ``Stream.windowed`` says that the source can.
        first_rows: How many rows will be read at most, where only a look is taken: what serves to read all of them
            side by side is for nothing then.
        hide: Is told of each secret that the source itself comes to know (a token that it was given), and of its name,
            before anything is done with it.
        is_stopped: Tells whether nobody waits any more for what is being read: a source that waits for its system looks
            from time to time, and ends by any exception.
    """

    home: Path
    objects: Mapping[str, Mapping[str, Any]]
    options: BaseModel
    window: Window | None = None
    first_rows: int | None = None
    hide: Callable[[str, str], None] = lambda _value, _name: None
    is_stopped: Callable[[], bool] = lambda: False


class Source(Protocol):
    """Reads one system. Made anew for every object of every run; used by several threads at once in ``read``.

    A :class:`JobError` from any method fails the object and is never tried again; a :class:`TransientError` fails it
    and may be. Whatever is raised, nothing of the object has been committed.
    """

    def check(self) -> None:
        """Reach the system and say whether the objects are there. Reads no rows."""

    def streams(self) -> Sequence[Stream]:
        """Describe the wanted objects. Called once, before any split is asked for."""

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Divide what lies beyond a cursor. Called once per run.

        Args:
            stream: As from ``streams``, with the types that the table has where it has them.
            since: The position of the last commit; empty on a first run.

        Returns:
            Splits; none when there is nothing new.
        """

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read one split, from its beginning, in bounded memory. A checkpoint must close it."""


class Engine(Protocol):
    """Makes a source of a connector's name. Found by its entry point in ``ingest.engines``."""

    def options(self, connector: str, home: Path) -> type[BaseModel]:
        """Give the model of the connector's own settings, for checking a job's ``with`` offline.

        Args:
            connector: Its name.
            home: The home folder, which may hold its definition.
        """

    def source(self, connector: str, context: SourceContext) -> Source:
        """Make the source. Reaches nothing yet."""
