"""The ways in which an API is told who asks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ingest_core.rest.definition.strict import Strict

CREDENTIALS = ("token", "value", "password", "client_secret", "refresh_token")
"""The keys of `auth` whose values are credentials."""


class BearerAuth(Strict):
    """`Authorization: Bearer <token>` (RFC 6750, section 2.1)."""

    type: Literal["bearer"]
    token: str
    """The token: `${option:api_key}`."""


class HeaderAuth(Strict):
    """A header of the API's own."""

    type: Literal["header"]
    name: str
    """The header: `X-Api-Key`."""
    value: str
    """Its value: `${option:api_key}`."""


class QueryAuth(Strict):
    """A parameter of each address. It is masked in all that is written, as secrets are."""

    type: Literal["query"]
    name: str
    """The parameter."""
    value: str
    """Its value."""


class BasicAuth(Strict):
    """User and password (RFC 7617)."""

    type: Literal["basic"]
    username: str
    """The user."""
    password: str = ""
    """The password; some APIs want none."""


class OAuth2Auth(Strict):
    """A token that is asked for first, and again before it expires (RFC 6749, sections 4.4 and 6)."""

    type: Literal["oauth2"]
    grant: Literal["client_credentials", "refresh_token"]
    """By which grant."""
    token_url: str
    """Where tokens are given: an address, or a path below `base_url`."""
    client_id: str
    """The client's id."""
    client_secret: str
    """The client's secret."""
    refresh_token: str | None = None
    """For the grant of that name."""
    scopes: list[str] = []
    """What is asked for."""
    client_in: Literal["body", "header"] = "body"
    """Whether id and secret go in the body, or as a user and a password."""
    params: dict[str, str] = {}
    """More that the server wants to be told: `audience`."""


AuthSpec = Annotated[
    BearerAuth | HeaderAuth | QueryAuth | BasicAuth | OAuth2Auth,
    Field(discriminator="type"),
]
