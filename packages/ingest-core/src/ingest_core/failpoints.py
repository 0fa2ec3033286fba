"""Named moments of a run, at which a test may end the process or do worse.

Nothing in a job, on a command line or in the environment reaches them: a test installs an observer within the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

_Landing = Literal[
    "slot taken",
    "state read",
    "table made, no snapshot yet",
    "table made on its branch",
    "batch read",
    "batch shaped",
    "file open, no footer",
    "file closed",
    "all files closed",
    "columns staged",
    "manifests staged",
    "before the commit is sent",
    "commit answered",
    "commit read back",
    "before the slot is given back",
]
"""In the order in which a run meets them."""

_Publishing = Literal["run's branch made", "before the merge is sent", "merge answered", "publication read back"]
"""In the order in which a run meets them that publishes its tables together."""

Point = Literal[_Landing, _Publishing]

POINTS: tuple[Point, ...] = get_args(_Landing)
PUBLISHING_POINTS: tuple[Point, ...] = get_args(_Publishing)

Observer = Callable[[Point], None]


def _nobody(point: Point) -> None:
    """Observe nothing."""


_observer: Observer = _nobody


def reach(point: Point) -> None:
    """Say that the run is at this point."""
    _observer(point)


def observe(observer: Observer | None) -> None:
    """Install an observer, or take it away. For tests alone.

    Args:
        observer: Called on the thread that reached the point.
    """
    global _observer  # noqa: PLW0603  # one observer for the process; a run knows nothing of it
    _observer = observer or _nobody
