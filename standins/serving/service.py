"""What an API has to be so that the server can serve it."""

from __future__ import annotations

from typing import Protocol

from standins.serving.messages import Answer, Request

NAMES_OF_PLACES = frozenset(
    {"after", "cursor", "ending_before", "last_id", "offset", "page", "page_token", "starting_after", "token"}
)
"""Parameters that tell which page of a chain is asked for."""


class Service(Protocol):
    """An API. It is called by one thread at a time."""

    def answer(self, request: Request) -> Answer:
        """Answer a request, whatever it is: a wrong one gets the API's own error."""

    def refusal(self, status: int) -> Answer:
        """Give what the API answers where it fails with that status."""


def chain_of(request: Request) -> str:
    """Name the chain of pages that a request belongs to: all that is asked but the place in it.

    Two requests of the same chain differ in the page alone; this is how a fault knows which page came before.
    """
    asked = sorted((name, value) for name, value in request.query if name not in NAMES_OF_PLACES)
    return f"{request.method} {request.path} {asked} {_body_but_place(request)}"


def _body_but_place(request: Request) -> str:
    try:
        body = request.json()
    except ValueError:
        return ""
    kept = (
        {name: value for name, value in body.items() if name not in NAMES_OF_PLACES} if isinstance(body, dict) else ""
    )
    return str(kept)
