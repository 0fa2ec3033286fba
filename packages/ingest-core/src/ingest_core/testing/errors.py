"""What a conformance check raises."""

from __future__ import annotations


class ConformanceError(AssertionError):
    """A source does not keep an obligation of its port.

    Args:
        problem: What is wrong, and where.
        mend: What its author can do about it.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}\n  mend: {mend}")
        self.problem = problem
        self.mend = mend


class DoesNotApplyError(Exception):
    """A check has nothing to look at: the system does not offer what it needs. Says what that is."""
