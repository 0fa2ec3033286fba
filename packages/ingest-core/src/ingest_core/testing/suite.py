"""All checks, and what becomes of a source that is held to them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest_core.testing import completeness, conduct, describing, landed, messages, windows
from ingest_core.testing.check import Check, MakeSystem
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError

CHECKS: tuple[Check, ...] = (
    Check("check-passes", describing.check_passes),
    Check("check-tells", describing.check_tells),
    Check("streams-described", describing.streams_described),
    Check("described-as-told", describing.described_as_told),
    Check("empty-stream", describing.empty_stream),
    Check("wide-types", describing.wide_types),
    Check("odd-names", describing.odd_names),
    Check("whole", completeness.whole),
    Check("incremental", completeness.incremental),
    Check("resumed", completeness.resumed),
    Check("split-again", completeness.split_again),
    Check("older-state", completeness.older_state),
    Check("future-state", completeness.future_state),
    Check("windows", windows.windows, sums_up=True),
    Check("schema-kept", messages.schema_kept),
    Check("checkpoint-closes", messages.checkpoint_closes),
    Check("cursor-small", messages.cursor_small),
    Check("any-order", messages.any_order),
    Check("no-secret", messages.no_secret),
    Check("splits-travel", messages.splits_travel),
    Check("threads", conduct.threads),
    Check("stopped", conduct.stopped),
    Check("bounded", conduct.bounded),
    Check("troubles-pass", conduct.troubles_pass),
    Check("errors-translated", conduct.errors_translated),
    Check("lands", landed.lands, sums_up=True),
    Check("lands-wide", landed.lands_wide, sums_up=True),
    Check("no-splits", completeness.no_splits, must=False),
    Check("sizes-told", messages.sizes_told, must=False),
)
"""Every check, by its name; `docs/connectors.md` lists them."""


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Args:
        check: The check.
        ending: ``kept``; ``broken``; ``excused``: it is only a SHOULD, and a reason was given; ``no matter``: the check
            had nothing to look at.
        why: What is wrong, or the reason; empty where the obligation is kept.
    """

    check: Check
    ending: Literal["kept", "broken", "excused", "no matter"]
    why: str = ""


def conformance(make: MakeSystem, excused: Mapping[str, str] | None = None) -> Sequence[Verdict]:
    """Hold a source to every check, each on a system of its own in a temporary folder.

    Args:
        make: Makes the system.
        excused: Reasons, by the names of checks, why the source does not do what it only should.

    Returns:
        What each check found; nothing is raised for what is broken, so that all of it is told.

    Raises:
        ValueError: What must be kept is excused, or no check is of that name.
    """
    reasons = dict(excused or {})
    refuse_excuses(reasons)
    verdicts: dict[Check, Verdict] = {}
    for check in sorted(CHECKS, key=lambda check: check.sums_up):
        broken = [name for name, verdict in verdicts.items() if verdict.ending == "broken"]
        if check.sums_up and broken:
            verdicts[check] = Verdict(check, "no matter", "it sums up the others, of which some are broken")
        else:
            verdicts[check] = _verdict(check, make, reasons.get(check.name))
    return [verdicts[check] for check in CHECKS]


def refuse_excuses(excused: Mapping[str, str]) -> None:
    """Refuse excuses for what must be kept.

    Raises:
        ValueError: There are some, or no check is of that name.
    """
    optional = [check.name for check in CHECKS if not check.must]
    if wrong := sorted(excused.keys() - set(optional)):
        raise ValueError(f"{', '.join(wrong)} cannot be excused; only {', '.join(optional)} can")


def _verdict(check: Check, make: MakeSystem, reason: str | None) -> Verdict:
    if reason:
        return Verdict(check, "excused", reason)
    with tempfile.TemporaryDirectory() as folder:
        try:
            check.hold(make(Path(folder)))
        except DoesNotApplyError as nothing:
            return Verdict(check, "no matter", str(nothing))
        except ConformanceError as error:
            return Verdict(check, "broken", str(error))
    return Verdict(check, "kept")
