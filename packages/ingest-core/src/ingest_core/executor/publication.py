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

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.failpoints import reach
from ingest_core.ports import Branch
from ingest_core.state import decode
from ingest_core.stop_signals import kept_a_stop

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
        JobError: The branch vanished, or this user may not merge.
    """
    head = branch.head()
    reason = "the target branch does not show it"
    for _ in range(patience.sends):
        sent = _send(branch, head)
        reason = sent.reason or reason
        try:
            standings = _look(parts, changed, patience, final=sent.final)
        except IngestError as error:
            reason = f"the tables cannot be read: {error.faults[0].problem}"
            continue
        if _settled(standings):
            _check_not_lost(standings, changed)
            reach("publication read back")
            return standings
        if sent.denied:
            raise sent.denied
        if sent.final:
            return None
    raise TransientError(
        f"it is unknown whether the run was published: {reason}",
        "run again; the next run reads the tables and goes on from what is there",
    )


@dataclass(frozen=True)
class _Sent:
    """What was answered to a merge.

    Args:
        final: Whether it can no longer land.
        reason: Why that is not known.
        denied: The person's fault for which it was not done.
    """

    final: bool
    reason: str = ""
    denied: JobError | None = None


def _send(branch: Branch, head: str) -> _Sent:
    if head == branch.base:
        return _Sent(final=True)  # whatever was committed is on the target already
    try:
        with kept_a_stop():
            return _Sent(final=not branch.merge(head))
    except JobError as error:
        return _Sent(final=True, denied=error)
    except TransientError as error:
        return _Sent(final=False, reason=error.faults[0].problem)


def _look(parts: Parts, changed: Sequence[Progress], patience: Patience, *, final: bool) -> Standings:
    """Read the state of every table on the target branch until they settle it, or for as long as patience lasts.

    A refusal is final at the first look: either the merge landed before (the refusal was false), or it did not.

    Raises:
        IngestError: Not all of the tables could be read.
    """
    deadline = time.monotonic() + patience.look_seconds
    while True:
        over = time.monotonic() >= deadline
        try:
            with kept_a_stop():
                standings = [_standing(parts, progress) for progress in changed]
        except IngestError:
            if over:
                raise
        else:
            if over or final or _settled(standings):
                return standings
        patience.pause()


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
