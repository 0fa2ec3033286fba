"""What a split of files holds: which files are read, each whole or a section of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest_core.files.file import File, Store
from ingest_core.files.format import Section

PACK_BYTES = 128 * 1024 * 1024
"""Small files are read together, so that many of them do not become as many data files."""


@dataclass(frozen=True)
class Task:
    """A file to be read, or a section of it.

    Args:
        file: The file.
        section: What of it.
        part: The section's place, from 0.
        parts: Of how many.
        division: By what the division is known; see :func:`division_of`.
    """

    file: File
    section: Section
    part: int = 0
    parts: int = 1
    division: str = ""

    @property
    def size(self) -> int:
        """Stored bytes, about; 0 where nobody knows."""
        return (self.file.size or 0) // self.parts

    def as_json(self) -> dict[str, Any]:
        """Write it as a split holds it."""
        return {
            "name": self.file.name,
            "place": self.file.place,
            "seen": dict(self.file.seen),
            "section": dict(self.section),
            "part": self.part,
            "parts": self.parts,
            "division": self.division,
        }


def task_of(held: Mapping[str, Any], store: Store) -> Task:
    """Read back what :meth:`Task.as_json` wrote."""
    file = File(held["name"], held["place"], store, held["seen"])
    return Task(file, held["section"], held["part"], held["parts"], held["division"])


def division_of(sections: Sequence[Section]) -> str:
    """Digest how a file was divided, so that nobody goes on from parts of another division."""
    text = json.dumps([dict(section) for section in sections], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def packs(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Divide tasks, in their order, into groups of about ``PACK_BYTES``; a section is a group of its own."""
    pack: list[Task] = []
    size = 0
    for task in tasks:
        if pack and (size + task.size > PACK_BYTES or task.parts > 1 or pack[-1].parts > 1):
            yield pack
            pack, size = [], 0
        pack.append(task)
        size += task.size
    if pack:
        yield pack
