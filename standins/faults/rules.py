"""One fault: what goes wrong, and at which requests."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {
    "html": "a page of HTML with status 200",
    "empty": "status 200 and nothing in it",
    "cut": "JSON that ends midway, its Content-Length telling what is sent",
    "cut_short": "JSON that ends midway and then the connection, its Content-Length telling the whole",
    "reset": "the connection is reset before the answer; what was asked is done",
    "reset_midway": "the connection is reset midway through the answer",
    "slow": "the answer takes `seconds`",
    "same_page": "the page before is answered, with its token of the page that was asked: for ever",
    "twice": "the page before is answered once more, with its token of the page that was asked",
    "wrong_type": "the right body, called text/html",
    "expired": "401, from then on",
}
"""Beside these, an HTTP status (``429``) is a fault: the API's own error of that status is answered."""
FOR_EVER = {"same_page", "expired"}
LOOKING_BACK = {"same_page", "twice"}


@dataclass(frozen=True)
class Fault:
    """A fault and when it strikes. Only the requests under ``path`` are counted, from 1.

    Args:
        kind: A name of ``KINDS``, or an HTTP status.
        every: It strikes every so many requests; with 1, each. Those that last for ever (``same_page``, ``expired``)
            strike each request from the first.
        first: The first that it strikes; if not told, the one of the number ``every``.
        burst: How many requests in a row it strikes each time.
        times: How many requests it strikes in all; 0 sets no end.
        path: How the paths begin that it strikes.
        method: The verb that it strikes; nothing means all.
        retry_after: Seconds to be told in Retry-After; nothing leaves the field out.
        as_date: Tell Retry-After as an HTTP date.
        seconds: How long a slow answer takes.
    """

    kind: str
    every: int = 1
    first: int = 0
    burst: int = 1
    times: int = 0
    path: str = "/"
    method: str = ""
    retry_after: int | None = None
    as_date: bool = False
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS and not self.is_status:
            known = ", ".join(sorted(KINDS))
            raise ValueError(f"fault {self.kind!r} is unknown: name an HTTP status from 400 on, or one of {known}")
        if self.every < 1 or self.burst < 1:
            raise ValueError(f"fault {self.kind!r}: `every` and `burst` count requests, from 1 on")

    @property
    def is_status(self) -> bool:
        """Tell whether it is an error of the API."""
        return self.kind.isdecimal() and 400 <= int(self.kind) <= 599  # noqa: PLR2004  # errors (RFC 9110, 15.5 on)

    def strikes(self, number: int) -> bool:
        """Tell whether it strikes the request of that number, among those that it may strike."""
        first = self.first or self.every
        if number < first:
            return False
        return self.kind in FOR_EVER or (number - first) % self.every < self.burst
