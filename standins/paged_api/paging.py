"""The ways of paging: which records a request asks for, and how it is told what comes next."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from standins.paged_api.shelf import Place, Shelf, View
from standins.serving.messages import Answer, Request


class WrongError(Exception):
    """A parameter is wrong; the message names it."""


@dataclass(frozen=True)
class Asked:
    """What a request asks for.

    Args:
        request: The request.
        shelf: The records.
        view: Those of them between the bounds asked for.
        many: How many a page has.
    """

    request: Request
    shelf: Shelf
    view: View
    many: int

    def number(self, name: str, default: int) -> int:
        """Read a number from the query.

        Raises:
            WrongError: It is none.
        """
        text = self.request.first(name, str(default))
        if not text.isdecimal():
            raise WrongError(f"{name} must be a number, not {text!r}")
        return int(text)

    def from_cursor(self) -> int:
        """Give the position that the cursor names; 0 without one.

        Raises:
            WrongError: The cursor is none of ours.
        """
        text = self.request.first("cursor")
        return self.view.after(_place(text)) if text else 0

    def next_cursor(self, start: int) -> str | None:
        """Give the cursor of the page after the one from ``start``; nothing at the end."""
        last = start + self.many - 1
        if last + 1 >= len(self.view):
            return None
        moment, number = self.view.place(last)
        return urlsafe_b64encode(f"{moment}:{number}".encode()).decode().rstrip("=")

    def next_url(self, start: int) -> str | None:
        """Give the address of the page after the one from ``start``; nothing at the end."""
        cursor = self.next_cursor(start)
        if cursor is None:
            return None
        others = [(name, value) for name, value in self.request.query if name != "cursor"]
        host = self.request.headers.get("host", "localhost")
        return f"http://{host}{self.request.path}?{urlencode([*others, ('cursor', cursor)])}"


def _place(cursor: str) -> Place:
    try:
        moment, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(":")
        return int(moment), int(number)
    except ValueError as wrong:
        raise WrongError(f"cursor {cursor!r} was never given") from wrong


def cursor(asked: Asked) -> Answer:
    """``{"data": [...], "next_cursor": "..."}``: asked for as ``cursor``; null at the end."""
    start = asked.from_cursor()
    return _answer(asked, start, f'"next_cursor":{_json(asked.next_cursor(start))}')


def last_id(asked: Asked) -> Answer:
    """``{"data": [...], "has_more": true}``: the id of the last record is asked for as ``last_id``."""
    name = asked.request.first("last_id")
    place = asked.shelf.place_of(name) if name else None
    if name and place is None:
        raise WrongError(f"last_id {name!r} is unknown")
    start = asked.view.after(place) if place is not None else 0
    return _answer(asked, start, f'"has_more":{"true" if asked.next_cursor(start) else "false"}')


def page(asked: Asked) -> Answer:
    """``{"data": [...], "page": 1, "pages": 7}``: asked for as ``page``, from 1."""
    number = asked.number("page", 1)
    if number < 1:
        raise WrongError("page counts from 1")
    pages = -(-len(asked.view) // asked.many)
    return _answer(asked, (number - 1) * asked.many, f'"page":{number},"pages":{pages}')


def offset(asked: Asked) -> Answer:
    """``{"data": [...], "offset": 0, "total": 612}``: asked for as ``offset``."""
    start = asked.number("offset", 0)
    return _answer(asked, start, f'"offset":{start},"total":{len(asked.view)}')


def link(asked: Asked) -> Answer:
    """``[...]``, and the next page's address in the field Link with rel="next" (RFC 8288)."""
    start = asked.from_cursor()
    url = asked.next_url(start)
    fields = (("Link", f'<{url}>; rel="next"'),) if url else ()
    return Answer(200, b"[" + b",".join(asked.view.page(start, asked.many)) + b"]", fields)


def next_url(asked: Asked) -> Answer:
    """``{"data": [...], "next": "http://..."}``: null at the end."""
    start = asked.from_cursor()
    return _answer(asked, start, f'"next":{_json(asked.next_url(start))}')


def _answer(asked: Asked, start: int, rest: str) -> Answer:
    records = b",".join(asked.view.page(start, asked.many))
    return Answer(200, b'{"data":[' + records + b"]," + rest.encode() + b"}")


def _json(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'


WAYS: dict[str, Callable[[Asked], Answer]] = {
    "cursor": cursor,
    "last_id": last_id,
    "page": page,
    "offset": offset,
    "link": link,
    "next_url": next_url,
}
"""By the first part of the path: ``/cursor/items``."""
