"""Knows a file again that a position holds under another spelling of its path: links lead to one folder by several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from ingest_core.files.file import File
from ingest_core.files.paths import relative_name


class Spellings:
    """The names that a position holds, each as it would be with no link to a folder in it.

    Names below the home stay as they are: which links lead there the home decides, and takes along when it moves.

    Args:
        known: The names.
        home: The home folder.
    """

    def __init__(self, known: Iterable[str], home: Path) -> None:
        self._known = {*known}
        self._home = home.resolve()
        self._resolved = cache(_resolved)  # files share their folders

    @cached_property
    def _whole(self) -> dict[str, list[Path]]:
        """Give the whole paths by their files' names: only folders that could be meant are looked at."""
        found: dict[str, list[Path]] = {}
        for path in filter(Path.is_absolute, map(Path, self._known)):
            found.setdefault(path.name, []).append(path)
        return found

    def known(self, names: Sequence[File]) -> File:
        """Give a file by the name by which it was loaded, of all those that it has now; else by the first.

        Args:
            names: The file, by each of its names.
        """
        if same := next((each for each in names if each.name in self._known), None):
            return same
        found = ((each, self._former(each)) for each in names)
        return next((replace(each, name=former) for each, former in found if former), names[0])

    def _former(self, file: File) -> str | None:
        """Find another spelling of a file's name among the known ones."""
        if file.path is None:
            return None
        direct = self._direct(file.path)
        is_other = Path(file.name).is_absolute() and direct in self._known
        alike = self._whole.get(file.path.name, ())
        return direct if is_other else next((str(path) for path in alike if self._direct(path) == direct), None)

    def _direct(self, path: Path) -> str:
        return relative_name(self._resolved(path.parent) / path.name, self._home)


def _resolved(folder: Path) -> Path:
    """Follow links; a folder that cannot be reached any more keeps its name, and is no other."""
    try:
        return folder.resolve()
    except (OSError, RuntimeError):  # the latter of links that lead to one another
        return folder
