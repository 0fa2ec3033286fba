"""The secrets of a session: each holds one mark, so that a search for the mark is a search for all of them."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from e2e.support.canaries.writing import written

MARK = "CagedBird5783"
"""Stands in every canary three times, so that one that is cut, or broken into lines, is found too."""

CORE_BYTES = 8

SHORTEST = 12
"""Letters and digits on end that no other text has by chance, and that every encoding of a text leaves on end."""

_TELLING = re.compile(rf"[A-Za-z0-9]{{{SHORTEST},}}")
_AROUND = rb"[A-Za-z0-9%+=\\]*"
"""What goes on before or behind, in the same encoding."""


@dataclass(frozen=True)
class Canary:
    """A secret.

    Args:
        name: What it is, for whoever reads that it was found.
        core: The part of it that tells it from the others.
    """

    name: str
    core: str = field(repr=False)


class Canaries:
    """Makes secrets, and knows them again.

    Args:
        mark: What stands in all of them.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._marked: list[Canary] = []
        self._strange: list[Canary] = []
        self._needles = written(mark)

    def fresh(self, name: str, shape: str = "{0}") -> str:
        """Make a secret that no other test and no other session has.

        Args:
            name: What it is.
            shape: What stands around its letters and digits, as ``"key/{0}+"``; they may stand there several times.

        Returns:
            The secret. Its own part is of letters and digits alone: no encoding breaks it.
        """
        core = secrets.token_hex(CORE_BYTES)
        self._marked.append(Canary(name, core))
        return shape.format(self._mark + 2 * f"{core}{self._mark}")

    def register(self, value: str, name: str) -> str:
        """Search for a secret that was made elsewhere, too; each such one makes the search longer.

        Args:
            value: The secret.
            name: What it is.

        Returns:
            The value.

        Raises:
            ValueError: It holds too few letters and digits on end to be found in another encoding.
        """
        cores = sorted(_TELLING.findall(value), key=len)
        if not cores:
            message = f"the secret {name!r} holds no {SHORTEST} letters or digits on end: make it by canaries.fresh"
            raise ValueError(message)
        self._strange.append(Canary(name, cores[-1]))
        return value

    def written_down(self) -> list[tuple[str, str, bool]]:
        """Give the names and parts of all secrets, each with whether the mark stands in it, for :meth:`learn`."""
        kinds = (self._marked, True), (self._strange, False)
        return [(each.name, each.core, marked) for known, marked in kinds for each in known]

    def learn(self, known: Iterable[tuple[str, str, bool]]) -> None:
        """Search for the secrets of another process, too.

        Args:
            known: What it has written down.
        """
        for name, core, marked in known:
            (self._marked if marked else self._strange).append(Canary(name, core))

    def find(self, data: bytes) -> set[tuple[str, str]]:
        """Search bytes for every canary in every encoding.

        Args:
            data: What may hold one.

        Returns:
            The names of those found, each with how it is written.
        """
        marks = _ways(self._needles, data)
        found = {(name, how) for how in marks for name in self._named(data)}
        return found | {(each.name, how) for each in self._strange for how in _ways(written(each.core), data)}

    def masked(self, text: str) -> str:
        """Take canaries out of a text, that it may be shown.

        Args:
            text: What may hold some, in whatever encoding.
        """
        data = os.fsencode(text)
        for needle in self._all_needles():
            if needle in data:
                data = re.sub(_AROUND + re.escape(needle) + _AROUND, b"***", data)
        return os.fsdecode(data)

    def _all_needles(self) -> set[bytes]:
        return {*self._needles, *(needle for each in self._strange for needle in written(each.core))}

    def _named(self, data: bytes) -> set[str]:
        names = {each.name for each in self._marked if _ways(written(each.core), data)}
        return names or {"one that is cut, or of another session"}


def _ways(needles: Mapping[bytes, str], data: bytes) -> set[str]:
    return {how for needle, how in needles.items() if needle in data}
