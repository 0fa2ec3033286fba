"""Lets the requests of several containers meet: none is passed on before all of them are there."""

from __future__ import annotations

from threading import Barrier

from e2e.support.exchange import Answer, Exchange, Matches, Rule

SECONDS = 100
"""The longest wait for the others; past it the first has given up."""


def meeting(matches: Matches, parties: int = 2) -> Rule:
    """Make a rule by which the first requests of a kind wait for one another.

    Args:
        matches: Says which.
        parties: How many are to meet.
    """
    barrier = Barrier(parties)

    def act(exchange: Exchange) -> Answer:
        barrier.wait(SECONDS)
        return exchange.forward()

    return Rule(matches, act, last=parties)
