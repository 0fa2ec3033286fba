"""What is aimed at, and whether it was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.pairs import Asked, Pair, cpu, figure, peak, peak_ratio, wall_beyond, wall_ratio


@dataclass(frozen=True)
class Aim:
    """A bound.

    Args:
        name: What is bounded, as it is printed and kept.
        of: The number, of each pair.
        most: The bound.
    """

    name: str
    of: Asked
    most: float

    def missed_by(self, pairs: Sequence[Pair]) -> float:
        """Give by how much it is missed beyond the noise of the pairs; 0 where it is not."""
        found = figure(pairs, self.of)
        return max(found.middle - found.spread - self.most, 0.0)


WALL = Aim("wall, times theirs", wall_ratio, 1.25)
MERGING = Aim("wall, times theirs", wall_ratio, 1.5)
MEMORY = Aim("peak, MB", peak, 400)
GROWTH = Aim("peak, times that of a quarter of the rows", peak_ratio, 1.05)
"""No more at four times the rows: two runs of one size differ by as much as this allows."""
BEYOND = Aim("wall, seconds beyond interpreter and imports", wall_beyond, 1.0)
CHAIN = Aim("wall, times the bare chain of pages", wall_ratio, 1.15)
STRETCHES = Aim("wall, times the bare chain of pages", wall_ratio, 1 / 6)
ASKED_MEMORY = Aim("peak, MB", peak, 300)
HELP = Aim("cpu, seconds", cpu, 0.2)
