"""Which files a path or glob names, and how they are read together."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest_core.documents import nearest
from ingest_core.errors import JobError, Key

PACK_BYTES = 128 * 1024 * 1024
"""Small files are read together, so that many of them do not become as many data files."""


def matching_files(path: str, home: Path, key: Key) -> list[Path]:
    """List the files of a path or glob, in the order of their names.

    Args:
        path: As the job says it; relative paths start in the home folder.
        home: The home folder.
        key: Where in the job the path stands.

    Raises:
        JobError: There is none.
    """
    pattern = home / path
    # The home's own name is no pattern.
    whole = pattern if Path(path).is_absolute() else Path(glob.escape(str(home))) / path
    found = sorted(Path(name) for name in glob.glob(str(whole), recursive=True))  # noqa: PTH207  # Path.glob takes no absolute pattern
    files = [file for file in found if file.is_file()]
    if not files:
        raise JobError(f"no file at {path}", _nearby(pattern, home), key)
    return files


def relative_name(file: Path, home: Path) -> str:
    """Name a file by its path below the home folder, so that a home can move; else by its whole path."""
    return str(file.relative_to(home)) if file.is_relative_to(home) else str(file)


def packs(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Divide files, in their order, into groups of about ``PACK_BYTES``; a larger file is a group of its own."""
    pack: list[Path] = []
    size = 0
    for file in files:
        length = file.stat().st_size
        if pack and size + length > PACK_BYTES:
            yield pack
            pack, size = [], 0
        pack.append(file)
        size += length
    if pack:
        yield pack


def _nearby(pattern: Path, home: Path) -> str:
    """Name the nearest entry of the deepest folder that exists, else say where relative paths start."""
    if pattern.is_dir():
        return f"it is a folder; name the files in it, {relative_name(pattern, home)}/*"
    folder, wanted = pattern.parent, pattern.name
    while not folder.is_dir() and folder != folder.parent:
        folder, wanted = folder.parent, folder.name
    if close := nearest(wanted, (entry.name for entry in folder.iterdir())):
        return f"did you mean {relative_name(folder / close, home)}?"
    return f"mend the path; relative paths start in {home}"
