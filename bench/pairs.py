"""Pairs of measurements, taken in turn in the same minutes, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.measuring import Measured


@dataclass(frozen=True)
class Pair:
    """One of ours, and right after it what it is held against."""

    ours: Measured
    theirs: Measured


@dataclass(frozen=True)
class Figure:
    """A number over some pairs.

    Args:
        middle: Their median.
        spread: The median distance from it: the noise of the machine.
    """

    middle: float
    spread: float


Asked = Callable[[Pair], float]


def figure(pairs: Sequence[Pair], asked: Asked) -> Figure:
    """Ask each pair for a number."""
    values = [asked(pair) for pair in pairs]
    middle = median(values)
    return Figure(middle, median(abs(value - middle) for value in values))


def wall_ratio(pair: Pair) -> float:
    """Give how many times their wall time ours is."""
    return pair.ours.wall / pair.theirs.wall


def cpu_ratio(pair: Pair) -> float:
    """Give how many times their processor time ours is."""
    return pair.ours.cpu / pair.theirs.cpu


def peak_ratio(pair: Pair) -> float:
    """Give how many times their peak memory ours is."""
    return pair.ours.peak / pair.theirs.peak


def peak(pair: Pair) -> float:
    """Give our peak memory in megabytes."""
    return pair.ours.peak / 1e6


def wall_beyond(pair: Pair) -> float:
    """Give the seconds that ours took longer."""
    return pair.ours.wall - pair.theirs.wall


def cpu(pair: Pair) -> float:
    """Give our processor seconds."""
    return pair.ours.cpu
