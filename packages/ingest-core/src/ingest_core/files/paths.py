"""Which files a path or glob names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ingest_core.documents import nearest
from ingest_core.errors import JobError, Key, TransientError
from ingest_core.files.bounds import check_bounds
from ingest_core.files.listing import listed


def matching_files(path: str, home: Path, key: Key) -> list[Path]:
    """List the files of a path or glob, in the order of their names, each name as short as it can be.

    Args:
        path: As the job says it; relative paths start in the home folder.
        home: The home folder.
        key: Where in the job the path stands.

    Raises:
        JobError: There is none, or one is not the job's to read.
    """
    pattern = home / path
    # A file may have a name that looks like a pattern.
    found = [pattern] if pattern.is_file() else listed(home, path)
    files = sorted({_plain(name) for name in found if name.is_file()})
    if not files:
        raise JobError(f"no file at {path}", _nearby(pattern, home), key)
    check_bounds(files, path, home, key)
    return files


def by_file(files: Sequence[Path]) -> list[list[Path]]:
    """Put the names of one file together: links to it, hard or symbolic, and links to its folders.

    Returns:
        The names of each file, in the order of the first; one that is no link comes first.

    Raises:
        TransientError: One is gone.
    """
    names: dict[tuple[int, int], list[Path]] = {}
    for file in files:
        try:
            found = file.stat()
        except OSError as error:
            mend = "run again when the files stay where they are"
            raise TransientError(f"{file} vanished after it was listed", mend) from error
        names.setdefault((found.st_dev, found.st_ino), []).append(file)
    return [sorted(alike, key=lambda name: (name != name.resolve(), name)) for alike in names.values()]


def relative_name(file: Path, home: Path) -> str:
    """Name a file by its path below the home folder, so that a home can move; else by its whole path.

    Links below the home are part of the name; those by which the home itself is reached are none.
    """
    if file.is_relative_to(home):
        return str(file.relative_to(home))
    # The outermost: a link below the home may lead back to it.
    folder = next((each for each in reversed(file.parents) if _is_same(each, home)), None)
    return str(file.relative_to(folder)) if folder else str(file)


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one place; what cannot be reached is no other."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _plain(file: Path) -> Path:
    """Take ``.`` and ``..`` out of a name, so that a file is known by one, however the job spells it."""
    short = Path(os.path.normpath(file))
    # Behind a link to a folder `..` is another place.
    return short if _is_same(short, file) else file


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
