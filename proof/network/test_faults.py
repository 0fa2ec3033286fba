"""Whatever the network does to a run: it tells the truth, harms nothing, and the next run ends with the exact rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from proof.network.cases import UNKNOWN, Case, Outcome, RunKind
from proof.network.conftest import Played
from proof.network.faults import DONE, LASTING, LATE, LIES, UNDONE
from proof.support.table import TABLE, Mark

FAULTS = {fault.name: fault for fault in [*UNDONE, *DONE, *LIES, *LATE, *LASTING]}

# Runs that write otherwise commit alike; of the answers to a commit they are dialled one of each kind.
OTHER_COMMITS = (
    *("reset after", "time-out after", "503 after", "page after", "false success", "false 409 after"),
    *("twice, second answer", *(fault.name for fault in LATE)),
    *("down", "down after", "401 after, from then on"),
)
CREATIONS = (
    *("reset before", "time-out after", "500 after", "503 before", "429 before", "page after", "cut body"),
    *("false success", "false 409", "false 409 after", "twice, second answer", "down after", "401 from then on"),
)
READS = (
    *("reset before", "time-out before", "500 before", "503 before", "429 before", "429 for an hour", "page"),
    *("cut body", "down", "401 from then on", "419 from then on", "page from then on"),
)
CREATING = ("make namespace", "make branch", "make table", "first snapshot", "merge")
READING = ("read config", "load table", "read back")


def _cases(kind: RunKind, place: str, names: Iterable[str]) -> list[Case]:
    return [Case(kind, place, FAULTS[name]) for name in names]


CASES = [
    *_cases("append", "commit", FAULTS),
    *_cases("first", "commit", OTHER_COMMITS),
    *_cases("replace", "commit", OTHER_COMMITS),
    *_cases("merge", "commit", OTHER_COMMITS),
    *_cases("together", "merge", (*OTHER_COMMITS, "page from then on")),
    *(case for place in CREATING for case in _cases("first", place, CREATIONS)),
    *_cases("first", "drop branch", ("reset before", "time-out before", "down")),
    *_cases("first", "read branch", ("reset before", "500 before", "cut body", "down")),
    *(case for place in READING for case in _cases("append", place, READS)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_fault_costs_no_row_and_doubles_none(case: Case, played: Played, request: pytest.FixtureRequest) -> None:
    outcome = played[case.id].result()
    mark = Mark(f"network: {case.kind} run", case.fault.name, "", case.place)
    with request.config.stash[TABLE].marking(mark, f"{outcome.told}, equal"):
        assert outcome.met, "the fault was not met"
        assert not outcome.broken
        check_truth(outcome)
        check_nothing_harmed(outcome)
        assert outcome.ended[-1].code == 0, outcome.ended[-1].stderr
        assert outcome.rows[-1] == outcome.wanted


def check_truth(outcome: Outcome) -> None:
    """Hold what each run told against what the table showed before it and after."""
    for number, ended in enumerate(outcome.ended):
        before, after = outcome.rows[number], outcome.rows[number + 1]
        assert ended.code in (0, 2), ended.stderr
        assert not any(word in ended.stderr for word in ("unexpected:", "Traceback")), ended.stderr
        if ended.code == 0:
            assert after == outcome.wanted, "success was told, and the rows are not there"
        elif after != before and after:
            # The rows came while it ran, and it did not say that it landed them.
            by_another = number > 0 and "another run of this job" in ended.stderr
            assert UNKNOWN in ended.stderr or by_another, ended.stderr


def check_nothing_harmed(outcome: Outcome) -> None:
    """See that the table showed all or nothing at any time, and that no file was taken away."""
    assert all(rows in (None, Counter(), outcome.rows[0], outcome.wanted) for rows in outcome.rows)
    for before, after in zip(outcome.files, outcome.files[1:], strict=False):
        assert before <= after
