"""Lists what a pattern names, as Python's ``glob`` does but for two things.

A folder that cannot be listed is an error, since its rows would be missing without a word; and links that lead back
into a folder are not followed round and round.

Source: Python's documentation of ``glob``, with ``recursive=True``.
"""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest_core.errors import JobError, TransientError

_DEEP = "**"

Marks = frozenset[tuple[int, int]]
"""Folders, by device and number."""


def listed(folder: Path, pattern: str) -> Iterator[Path]:
    """List the files and folders that a pattern names; some may come more than once.

    Args:
        folder: Where relative patterns begin; its own name is no pattern.
        pattern: As people write them: ``*``, ``?``, ``[...]`` and ``**``.

    Raises:
        JobError: A folder may not be listed.
        TransientError: A folder cannot be listed for now.
    """
    whole = Path(pattern)
    parts = whole.parts[1:] if whole.is_absolute() else whole.parts
    return _below(Path(whole.anchor) if whole.is_absolute() else folder, _without_repeats(parts))


def _without_repeats(parts: Sequence[str]) -> list[str]:
    return [part for place, part in enumerate(parts) if part != _DEEP or parts[place - 1 : place] != (_DEEP,)]


def _below(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    head, *rest = parts
    if head == _DEEP:
        yield from _deep(folder, rest, frozenset())
        return
    found = _matching(folder, head) if glob.has_magic(head) else [folder / head]
    for path in found:
        if not rest:
            yield path
        elif path.is_dir():
            yield from _below(path, rest)


def _deep(folder: Path, rest: Sequence[str], above: Marks) -> Iterator[Path]:
    """Go through a folder and all below it, but into none that one is in already."""
    status = folder.stat()
    mark = (status.st_dev, status.st_ino)
    if mark in above:
        return
    yield from _below(folder, rest or ["*"])
    for path in _matching(folder, "*"):
        if path.is_dir():
            yield from _deep(path, rest, above | {mark})


def _matching(folder: Path, head: str) -> list[Path]:
    """List what of a folder a part of a pattern names; what begins with a dot is named by a dot alone."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  # names alone are wanted
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError as error:
        what = f"the folder {folder} may not be listed, and its files would be missing"
        raise JobError(what, "mend its rights, or leave it out of `path`") from error
    except OSError as error:
        raise TransientError(f"the folder {folder} cannot be listed: {error.strerror}", "try again") from error
    shown = names if head.startswith(".") else [name for name in names if not name.startswith(".")]
    return [folder / name for name in sorted(shown) if fnmatch.fnmatchcase(name, head)]
