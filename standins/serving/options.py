"""How an API is served, and how such options are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from standins.faults.rules import Fault

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Serving:
    """Where and how an API is served.

    Args:
        port: The port; 0 takes a free one.
        host: The address to listen on; containers need 0.0.0.0.
        latency: Seconds from a request to its answer.
        faults: What goes wrong from the start.
        gzip: Compress answers for who takes them so, as most APIs do.
    """

    port: int = 0
    host: str = "127.0.0.1"
    latency: float = 0.0
    faults: Sequence[Fault] = ()
    gzip: bool = False


def seconds_of(text: str) -> float:
    """Read a time: ``20ms``, ``1.5s``, ``2m``, ``1h``.

    Raises:
        ValueError: It is no time.
    """
    read = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text.strip())
    if not read:
        raise ValueError(f"{text!r} is no time: write a number and ms, s, m or h, as in 20ms")
    return float(read[1]) * UNITS[read[2]]


def rate_of(text: str) -> tuple[int, float]:
    """Read a rate, ``100/1s``: so many requests in so many seconds. Nothing (``""``) means no limit: 0 requests.

    Raises:
        ValueError: It is no rate.
    """
    if not text:
        return 0, 0.0
    many, slash, time = text.partition("/")
    if not slash or not many.isdecimal() or int(many) < 1:
        raise ValueError(f"{text!r} is no rate: write requests and a time, as in 100/1s")
    return int(many), seconds_of(time)
