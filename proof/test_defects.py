"""Wrong protocols are caught: each scenario holds for the product, and fails where a defect is planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

import pytest
from dialled import Row

from proof.conftest import MakeHome
from proof.support import defects
from proof.support.home import Home
from proof.support.moments import Moment
from proof.support.oracle import expected, landed
from proof.support.processes import Ended, Tampering, barrier, run_job, start_job
from proof.support.table import TABLE, Mark
from proof.support.tampering import Lie, without_slot
from proof.support.target import KINDS, Kind

ROWS = [Row(number, number, f"v{number}") for number in range(12)]

Scenario = Callable[..., "Ended | None"]
Harm = Literal["lost", "doubled", "stuck", "untrue"]


def killed_behind_the_answer(home: Home, *planted: Tampering) -> Ended:
    """Be killed as soon as the first answer is there."""
    return run_job(home.path, *planted, Moment("commit answered"))


def answer_lost(home: Home, *planted: Tampering) -> Ended:
    """Lose the answer to a commit that landed."""
    return run_job(home.path, *planted, Lie("answer lost"))


def second_request_lost(home: Home, *planted: Tampering) -> Ended:
    """Commit twice in one run, and have the second request refused though nothing of it landed."""
    home.special = {"commit_every": 6}
    home.write_job()
    return run_job(home.path, *planted, Lie("refused, and not landed", nth=2))


def raced_by_itself(home: Home, *planted: Tampering) -> None:
    """Run twice at once from the same position."""
    meeting = barrier(2)
    both = [
        start_job(home.path, without_slot, *planted, Moment("all files closed", signals=(), barrier=meeting))
        for _ in range(2)
    ]
    for each in both:
        each.end()


SCENARIOS: list[Scenario] = [killed_behind_the_answer, answer_lost, second_request_lost, raced_by_itself]
CAUGHT: list[tuple[Tampering, Scenario, Harm]] = [
    (defects.state_before_rows, killed_behind_the_answer, "stuck"),
    (defects.retry_without_looking, answer_lost, "doubled"),
    (defects.identity_by_run_alone, second_request_lost, "untrue"),
    (defects.own_append_of_the_library, raced_by_itself, "doubled"),
]


def harm_of(home: Home, scenario: Scenario, *planted: Tampering) -> Harm | None:
    """Play a scenario, run again without any fault but the planted one, and say what became of the rows."""
    home.put([])
    assert run_job(home.path).code == 0
    home.put(ROWS)
    ended = scenario(home, *planted)
    if ended and _claimed(ended) > (landed(home) or Counter()).total():
        return "untrue"
    again = run_job(home.path, *planted)
    if again.code:
        return "stuck"
    found, wanted = landed(home) or Counter(), expected("append", ROWS)
    if wanted - found:
        return "lost"
    return "doubled" if found - wanted else None


def _claimed(ended: Ended) -> int:
    """Count the rows that a run says it committed; one that was killed says nothing."""
    return sum(each["rows"] for each in ended.report["objects"]) if ended.stdout else 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_the_product_stays_exact(
    scenario: Scenario, kind: Kind, make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    with request.config.stash[TABLE].marking(Mark("defects", scenario.__name__, kind, "product")):
        assert harm_of(make_home(kind, "append"), scenario) is None


@pytest.mark.parametrize(("defect", "scenario", "harm"), CAUGHT, ids=lambda each: getattr(each, "__name__", each))
def test_a_planted_defect_is_caught(
    defect: Tampering, scenario: Scenario, harm: Harm, make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    mark = Mark("defects", scenario.__name__, "planted", defect.__name__)
    with request.config.stash[TABLE].marking(mark, f"caught: {harm}"):
        assert harm_of(make_home("embedded", "append"), scenario, defect) == harm
