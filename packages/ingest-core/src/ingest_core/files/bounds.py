"""Which local files no job reads, wherever its path or a link leads.

A job may name any file of the machine that its user can read. Not so what others put in its way: a wildcard takes what
lies in a folder, and whoever can put a link there must not choose what is read. And no job reads what is other
tenants': the secrets, and the state with its tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingest_core.errors import JobError, Key

_KERNELS = (Path("/proc"), Path("/sys"))
"""What lies there is made up as it is read: among it the environment of this process, with secrets in it."""

_WILD = frozenset("*?[")


def check_bounds(files: Iterable[Path], path: str, home: Path, key: Key) -> None:
    """Refuse files that are not the job's to read.

    Args:
        files: What the path names.
        path: As the job says it.
        home: The home folder.
        key: Where in the job it stands.

    Raises:
        JobError: One of them is not.
    """
    fixed = _fixed(Path(path))
    folder = home / fixed
    within = None if fixed == Path(path) else folder.resolve()
    for file in files:
        real = file.resolve()
        for name in ("secrets", "state"):
            if real.is_relative_to((home / name).resolve()):
                raise JobError(f"{file} is in {home / name}, which no job reads", "name another file", key)
        if any(real.is_relative_to(root) for root in _KERNELS):
            raise JobError(f"{file} is no file, but something that the system tells", "name another file", key)
        if within and not real.is_relative_to(within):
            raise JobError(
                f"{file} leads to {real}, out of {folder}: what a wildcard finds must lie below the folder before it",
                f"take the link away, or name {real.parent} in a path of its own",
                key,
            )


def _fixed(pattern: Path) -> Path:
    """Give the folder before the first wildcard; the pattern itself where there is none."""
    parts = pattern.parts
    wild = next((place for place, part in enumerate(parts) if _WILD & set(part)), len(parts))
    return Path(*parts[:wild])
