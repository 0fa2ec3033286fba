"""Searches places for canaries, in what is compressed there too."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from e2e.support.canaries import unpacking
from e2e.support.canaries.registry import Canaries

INPUTS = ("secrets", "jobs")
"""Folders of a home that a person writes: there a secret belongs, and there some tests put one into a job."""

Places = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Found:
    """A canary where none may be.

    Args:
        name: Which.
        how: Its encoding.
        place: Where; what it holds of canaries is masked.
    """

    name: str
    how: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: the {self.name}, {self.how}"


def search(places: Places, canaries: Canaries) -> Iterator[Found]:
    """Search what lies in places, and their names.

    Args:
        places: Each with what is there.
        canaries: What to search for.
    """
    for place, data in places:
        for layer in (os.fsencode(place), *unpacking.layers(data)):
            yield from (Found(name, how, canaries.masked(place)) for name, how in sorted(canaries.find(layer)))


def folder(path: Path, without: Collection[str] = INPUTS) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder, every folder without content, and every link with where it leads.

    Args:
        path: The folder.
        without: Names of folders that are left out, wherever they are.
    """
    for root, folders, files in os.walk(path):
        folders[:] = [name for name in folders if name not in without]
        for name in (*folders, *files):
            file = Path(root, name)
            yield str(file.relative_to(path)), _content(file)


def _content(file: Path) -> bytes:
    if file.is_symlink():
        return os.fsencode(file.readlink())
    return file.read_bytes() if file.is_file() else b""
