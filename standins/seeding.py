"""Data out of a seed: the same seed gives the same records, on every machine."""

from __future__ import annotations

import random
from base64 import b64encode
from hashlib import blake2b

PLATEAU = 130
"""How many records in a row share one moment: more than a page of 100 holds."""
ROOM_FOR_A_PLATEAU = 400
TIED = 1 / 3
"""The share of the other records that have the moment of the one before."""


def digest_of(*parts: object) -> bytes:
    """Give 16 bytes that look like chance and always are the same for these parts."""
    return blake2b("/".join(map(str, parts)).encode(), digest_size=16).digest()


def name_of(*parts: object) -> str:
    """Give 16 letters and digits, as vendors name their objects."""
    return b64encode(digest_of(*parts)[:12], b"xY").decode()


def moments(seed: str, many: int, until: int, span: int) -> list[int]:
    """Give moments in order, many of them the same: a third is tied, and once more in a row than a page holds.

    Args:
        seed: What they are made from.
        many: How many.
        until: The last that may be.
        span: How far they go back from there, in the same unit.
    """
    chance = random.Random(seed)  # noqa: S311  # data for tests, no secret
    drawn = sorted(until - chance.randrange(span) for _ in range(many))
    for place in range(1, many):
        if chance.random() < TIED:
            drawn[place] = drawn[place - 1]
    if many >= ROOM_FOR_A_PLATEAU:
        middle = many // 2
        drawn[middle : middle + PLATEAU] = [drawn[middle]] * PLATEAU
        drawn[middle + PLATEAU :] = [max(moment, drawn[middle]) for moment in drawn[middle + PLATEAU :]]
    return drawn
