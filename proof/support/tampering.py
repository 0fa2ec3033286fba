"""What is done to a process under proof: answers of the catalog that lie, and a slot that is not taken.

Each is a picklable value, called in the child before it begins to be the command.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.executor import running
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException

Kind = Literal["answer lost", "request lost", "refused, and landed", "refused, and not landed", "delivered twice"]
LIES: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Lie:
    """An answer of the catalog to a commit that is not true, or not given.

    Args:
        kind: What is done.
        nth: To which commit of the process, the creation of a table not counted.
    """

    kind: Kind
    nth: int = 1

    def __call__(self) -> None:
        """Lay it around the catalogs' commits."""
        impatient()
        for owner in (SqlCatalog, RestCatalog):
            swap(owner, "commit_table", self._around(owner.commit_table))

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        count = 0

        def commit(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # passes on what it is given
            nonlocal count
            count += any("ingest.state." in str(update) for update in arguments[3])
            if count != self.nth:
                return real(*arguments, **named)
            count += 1
            return self._lie(lambda: real(*arguments, **named))

        return commit

    def _lie(self, real: Callable[[], Any]) -> Any:  # noqa: ANN401  # the catalog's own answer
        if self.kind == "delivered twice":
            real()
            return real()
        if self.kind in ("answer lost", "refused, and landed"):
            real()
        if self.kind in ("answer lost", "request lost"):
            raise ConnectionResetError(self.kind)
        raise CommitFailedException(self.kind)


def impatient() -> None:
    """Look for a commit whose outcome is unknown for a moment only."""
    shared = OpenedCatalog.patience  # the default of all catalogs
    object.__setattr__(shared, "look_seconds", 0.3)
    object.__setattr__(shared, "pause_seconds", 0.05)


def without_slot() -> None:
    """Let the run take no slot, as if it ran on another machine."""

    @contextlib.contextmanager
    def nothing(*_: object) -> Iterator[None]:
        yield

    swap(running, "tenant_slot", nothing)


def swap(owner: object, name: str, other: object) -> None:
    """Put something else in the place of what a name stands for, in this process."""
    assert hasattr(owner, name)
    setattr(owner, name, other)
