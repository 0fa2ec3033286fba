"""The publication protocol (DESIGN section 4): one merge shows every commit of a run, and its outcome is looked up.

As for a commit, no answer is believed. A commit is *mine on the target* when the state of its table there holds its
identity, and since a merge shows all or none, one of them stands for all.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest_core.errors import IngestError, TransientError
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.failpoints import reach
from ingest_core.ports import Branch
from ingest_core.state import decode

Standing = Literal["mine", "before", "elsewhere"]
Standings = Sequence[Standing]


@dataclass(frozen=True)
class Patience:
    """How long a publication goes on.

    Args:
        branches: On how many branches, one after the other, the same commits are made.
        sends: How often one merge is sent while its outcome stays unknown.
        look_seconds: How long an unknown merge is looked for before it is sent again.
        pause_seconds: Between two looks, or two branches; doubled by chance.
    """

    branches: int = 10
    sends: int = 3
    look_seconds: float = 20.0
    pause_seconds: float = 0.25

    def pause(self) -> None:
        """Wait a little."""
        time.sleep(self.pause_seconds * (1 + random.random()))  # noqa: S311  # jitter, not cryptography


def publish(parts: Parts, branch: Branch, changed: Sequence[Progress], patience: Patience) -> Standings | None:
    """Merge a branch once, and find out what became of it.

    Args:
        parts: What the run works with; its catalog is the target branch's.
        branch: Where the commits are.
        changed: The objects with a commit.
        patience: How long to go on.

    Returns:
        How each of the objects stands, when the merge landed; ``None`` when it cannot land, and the same commits may be
        made on another branch.

    Raises:
        TransientError: Another run of this job won, or the outcome cannot be known now.
        JobError: The branch vanished.
    """
    head = branch.head()
    reason = "the target branch does not show it"
    for _ in range(patience.sends):
        refused = head == branch.base  # nothing was committed that is not on the target already
        try:
            refused = refused or not branch.merge(head)
        except TransientError as error:
            reason = error.faults[0].problem
        standings = _look(parts, changed, patience, refused=refused)
        if standings is not None and _settled(standings):
            _check_not_lost(standings, changed)
            reach("publication read back")
            return standings
        if standings is not None and refused:
            return None
    raise TransientError(
        f"it is unknown whether the run was published: {reason}",
        "run again; the next run reads the tables and goes on from what is there",
    )


def _look(parts: Parts, changed: Sequence[Progress], patience: Patience, *, refused: bool) -> Standings | None:
    """Read the state of every table on the target branch until they settle it, or for as long as patience lasts.

    A refusal is final at the first look: either the merge landed before (the refusal was false), or it did not.
    """
    deadline = time.monotonic() + patience.look_seconds
    while True:
        standings = _standings(parts, changed)
        if standings is not None and (refused or _settled(standings)):
            return standings
        if time.monotonic() >= deadline:
            return standings
        patience.pause()


def _standings(parts: Parts, changed: Sequence[Progress]) -> Standings | None:
    try:
        return [_standing(parts, progress) for progress in changed]
    except IngestError:
        return None


def _standing(parts: Parts, progress: Progress) -> Standing:
    planned, landed = progress.planned, progress.commits[-1]
    table = parts.catalog.load(planned.table)
    name = planned.state_key.property_name
    text = table.properties.get(name) if table else None
    if text is not None and decode(text, planned.state_key).holds((landed.state.run_id, landed.state.seq)):
        return "mine"
    return "before" if text == landed.opened.table.properties.get(name) else "elsewhere"


def _settled(standings: Standings) -> bool:
    """Tell whether the merge has landed or never can. Without any commit there is only an empty table to show."""
    return not standings or any(standing != "before" for standing in standings)


def _check_not_lost(standings: Standings, changed: Sequence[Progress]) -> None:
    if "elsewhere" in standings and "mine" not in standings:
        names = [each.planned.name for each, standing in zip(changed, standings, strict=True) if standing != "before"]
        raise TransientError(
            f"the position of {', '.join(names)} moved meanwhile: another run of this job published first, or a table "
            "was dropped or rolled back",
            "run again",
        )
