"""A page of records, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ingest_core.errors import TransientError
from ingest_core.rest.client import Request
from ingest_core.rest.definition.paging import PageSize
from ingest_core.rest.records import Envelope, Raw


@dataclass(frozen=True)
class Page:
    """An answer to a request.

    Args:
        request: What was asked.
        envelope: The answer.
        records: Its records.
        digests: What tells the records apart; given where the pager needs it.
    """

    request: Request
    envelope: Envelope
    records: Sequence[Raw]
    digests: Sequence[str] = ()


@dataclass(frozen=True)
class Turn:
    """What becomes of a page.

    Args:
        fresh: The places of its records that were on no page before; ``None`` for all of them.
        next: The request of the next page; ``None`` where it was the last.
    """

    fresh: Sequence[int] | None
    next: Request | None


class Pager(Protocol):
    """Goes from page to page. Each reading of a stretch has one of its own."""

    needs_digests: bool

    def first(self, request: Request) -> Request:
        """Give the request of the first page."""

    def turn(self, page: Page) -> Turn:
        """Take a page and say how to go on.

        Raises:
            TransientError: The pages come to no end.
        """


class Met:
    """The tokens of pages that were met, of which none may come again."""

    def __init__(self) -> None:
        self._met: set[int] = set()

    def meet(self, token: object) -> None:
        """Meet one more.

        Raises:
            TransientError: It came before: the pages go round in a circle.
        """
        mark = hash(str(token))
        if mark in self._met:
            raise TransientError("the API names a page as the next one that was read before", "run again")
        self._met.add(mark)


def is_last(page: Page, more: str | None) -> bool:
    """Tell whether the answer says that there is no more; an answer that is not asked for that ends nothing."""
    return more is not None and page.envelope.value(more) in (False, 0, "false", None)


def refuse_more(page: Page, more: str | None) -> None:
    """Refuse to take a page for the last that says that there is more.

    Raises:
        TransientError: It is such a one.
    """
    if more is not None and not is_last(page, more):
        raise TransientError(
            f"the answer brings no further records, and says at {more!r} that there are some",
            "run again; if it stays so, mend `paging`",
        )


def sized(request: Request, size: PageSize | None) -> Request:
    """Ask for pages of a size."""
    return placed(request, size.param, size.body, size.value) if size else request


def placed(request: Request, param: str | None, body: str | None, value: Any) -> Request:  # noqa: ANN401  # a JSON value
    """Put a value into a request: into a parameter, or at a path in its body."""
    if param is not None:
        return replace(request, params={**request.params, param: value})
    return replace(request, body=_with(request.body or {}, body.split("."), value)) if body else request


def _with(body: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:  # noqa: ANN401  # a JSON value
    key, *rest = path
    below = body.get(key)
    return {**body, key: _with(below if isinstance(below, Mapping) else {}, rest, value) if rest else value}
