"""What is asked, and what is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, unquote

JSON = "application/json"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """One request, whole.

    Args:
        method: Its verb, in capitals.
        target: Path and query, as they were sent.
        headers: The header fields by their names in small letters; of one sent twice, the last.
        body: What was sent with it.
        number: Which one it is since the server began, from 1.
        at: When it was read, in seconds of the monotonic clock.
    """

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    number: int = 0
    at: float = 0.0

    @cached_property
    def path(self) -> str:
        """Give the path, decoded, without the query."""
        return unquote(self.target.partition("?")[0])

    @cached_property
    def query(self) -> Pairs:
        """Give the parameters of the query in the order sent; a name may come again."""
        return tuple(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @cached_property
    def form(self) -> Pairs:
        """Give the body's parameters, of a form (application/x-www-form-urlencoded)."""
        return tuple(parse_qsl(self.body.decode(), keep_blank_values=True))

    def first(self, name: str, default: str = "") -> str:
        """Give a parameter of the query by its name."""
        return next((value for key, value in self.query if key == name), default)

    def json(self) -> object:
        """Read the body as JSON.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Answer:
    """One answer.

    Args:
        status: Its HTTP status.
        body: What is sent.
        headers: Fields beside Content-Type and Content-Length.
        content_type: What the body is said to be.
    """

    status: int = 200
    body: bytes = b""
    headers: Pairs = ()
    content_type: str = JSON


def json_answer(value: object, status: int = 200, headers: Pairs = ()) -> Answer:
    """Make an answer of a value, as JSON without blanks."""
    return Answer(status, compact(value), headers)


def compact(value: object) -> bytes:
    """Write a value as JSON without blanks."""
    return json.dumps(value, separators=(",", ":")).encode()
