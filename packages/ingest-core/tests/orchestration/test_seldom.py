"""A question that costs something is asked again when its answer is old."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ingest_core.plugin import Seldom


def test_a_yes_holds_longer_than_a_no_and_a_fault_is_a_no() -> None:
    now = [0.0]
    answers: Iterator[bool | ValueError] = iter([False, True, ValueError("later"), True])

    def look() -> bool:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    seldom = Seldom(look, yes=20, no=1, clock=lambda: now[0])
    assert [seldom(), seldom()] == [False, False]
    now[0] = 1
    assert seldom() is True
    now[0] = 20.9
    assert seldom() is True
    now[0] = 21
    with pytest.raises(ValueError, match="later"):
        seldom()
    assert seldom() is False
    now[0] = 22
    assert seldom() is True
