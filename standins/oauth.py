"""OAuth2 tokens (RFC 6749): client credentials and refresh tokens, with an end to each."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass

from standins.seeding import name_of
from standins.serving.messages import Answer, Request, json_answer

GRANTS = ("client_credentials", "refresh_token")


@dataclass(frozen=True)
class Client:
    """Who gets tokens.

    Args:
        id: The client's id; nothing: tokens are given to nobody.
        secret: The client's secret.
        refresh_token: What a refresh is asked with.
        seconds: How long a token is good.
    """

    id: str = "client"
    secret: str = "client-secret"  # noqa: S105  # of a stand-in
    refresh_token: str = "refresh-token"  # noqa: S105  # of a stand-in
    seconds: float = 1800.0


class Tokens:
    """The tokens that were given.

    Args:
        client: Who gets them.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ends: dict[str, float] = {}

    def good(self, token: str, now: float) -> bool:
        """Tell whether a token was given and is not over (seconds of the monotonic clock)."""
        return self._ends.get(token, 0.0) > now

    def knows(self, token: str) -> bool:
        """Tell whether a token was given once, also where it is over."""
        return token in self._ends

    def revoke(self) -> None:
        """End all tokens at once."""
        self._ends = dict.fromkeys(self._ends, 0.0)

    def answer(self, request: Request) -> Answer:
        """Answer a request for a token: credentials in the form, or as basic authentication (RFC 6749, 2.3.1)."""
        form = dict(request.form)
        known = (self._client.id, self._client.secret)
        if request.method != "POST" or form.get("grant_type") not in GRANTS:
            return _refused("unsupported_grant_type", 400)
        if known not in {(form.get("client_id"), form.get("client_secret")), basic(request)}:
            return _refused("invalid_client", 401)
        if form["grant_type"] == "refresh_token" and form.get("refresh_token") != self._client.refresh_token:
            return _refused("invalid_grant", 400)
        return json_answer(self._given(request, form["grant_type"]))

    def _given(self, request: Request, grant: str) -> dict[str, object]:
        token = name_of("token", request.number, len(self._ends))
        self._ends[token] = request.at + self._client.seconds
        given: dict[str, object] = {
            "access_token": token,
            "expires_in": int(self._client.seconds),
            "token_type": "bearer",
        }
        return given | ({"refresh_token": self._client.refresh_token} if grant == "refresh_token" else {})


def bearer(request: Request) -> str:
    """Give the token of a request; nothing where there is none (RFC 6750)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def basic(request: Request) -> tuple[str, str]:
    """Give user and password of a request; nothing where there are none (RFC 7617)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def _refused(error: str, status: int) -> Answer:
    body = {"error": error, "error_description": f"the request for a token was refused: {error}"}
    return json_answer({**body, "status": error.upper(), "message": body["error_description"]}, status)
