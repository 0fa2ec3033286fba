"""Finds runs that were on the way at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Timed(Protocol):
    """A run, as an orchestrator remembers it."""

    @property
    def began(self) -> float | None:
        """When it began, in seconds since 1970; ``None`` before."""

    @property
    def ended(self) -> float | None:
        """When it ended, likewise."""


Run = TypeVar("Run", bound=Timed)


def at_once(runs: Sequence[Run]) -> list[tuple[Run, Run]]:
    """Give the pairs of runs that were on the way at one moment.

    Args:
        runs: The runs; those that have not begun count for nothing.
    """
    begun = sorted((run for run in runs if run.began is not None), key=lambda run: run.began or 0)
    return [
        (first, second)
        for number, first in enumerate(begun)
        for second in begun[number + 1 :]
        if first.ended is None or (second.began or 0) < first.ended
    ]
