"""The line of those who wait for a slot: first come, first served.

Each who waits holds a lock file whose name bears a number greater than those before. A file that nobody holds is of one
who died or went; whoever sees it takes it away.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ingest_core.executor.lock_files import hold, let_go, remove_if_free

_DIGITS = 12


@dataclass(frozen=True)
class Place:
    """A place in the line.

    Args:
        path: Its lock file.
        descriptor: What holds the lock.
    """

    path: Path
    descriptor: int


class Line:
    """The line of one tenant.

    Args:
        folder: Where the lock files lie.
        tenant: The tenant.
    """

    def __init__(self, folder: Path, tenant: str) -> None:
        self._folder = folder
        # No tenant's name holds an '@', so no tenant's files are another's.
        self._prefix = f"{tenant}@waits-"

    def ahead(self, place: Place | None) -> list[Path]:
        """List the lock files of those who came before, in their order.

        Args:
            place: One's own place; ``None`` at the end of the line.
        """
        before = [path for path in self._all() if place is None or path.name < place.path.name]
        return [path for path in before if not remove_if_free(path)]

    def join(self) -> Place:
        """Take the place at the end. It is left by :meth:`leave`, or at the process's end."""
        while True:
            last = max((int(path.name[len(self._prefix) : -len(".lock")]) for path in self._all()), default=0)
            path = self._folder / f"{self._prefix}{last + 1:0{_DIGITS}}.lock"
            if (descriptor := hold(path)) is not None:
                return Place(path, descriptor)

    def leave(self, place: Place) -> None:
        """Leave the line."""
        place.path.unlink(missing_ok=True)
        let_go(place.descriptor)

    def _all(self) -> list[Path]:
        names = (entry.name for entry in os.scandir(self._folder))
        return sorted(self._folder / name for name in names if self._is_place(name))

    def _is_place(self, name: str) -> bool:
        number = name.removeprefix(self._prefix).removesuffix(".lock")
        return name.startswith(self._prefix) and len(number) == _DIGITS and number.isdigit()
