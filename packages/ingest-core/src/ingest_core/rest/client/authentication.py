"""Tells an API who asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.rest.client.verdicts import verdict_of
from ingest_core.rest.definition.auth import AuthSpec, BasicAuth, BearerAuth, HeaderAuth, OAuth2Auth, QueryAuth
from ingest_core.rest.templates import Values, filled

if TYPE_CHECKING:
    from requests import PreparedRequest

EARLY = 60.0
"""Seconds before its end at which a token is taken for old."""

_FOR_EVER = 10.0**9

Hide = Callable[[str, str], None]
"""Is told of a secret that came to be known only now, and of its name, so that it shows nowhere."""


class Nobody(AuthBase):
    """Says nothing. Without it, requests would look into the user's own file of passwords (.netrc)."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Leave a request as it is."""
        return request


@dataclass
class InHeader(AuthBase):
    """Says it in a header."""

    name: str
    value: str

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put it into a request."""
        request.headers[self.name] = self.value
        return request


@dataclass
class InQuery(AuthBase):
    """Says it in the address."""

    name: str
    value: str

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put it into a request."""
        parts = urlsplit(request.url or "")
        # An API may name its next page with all that was asked, this among it.
        others = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != self.name]
        query = urlencode([*others, (self.name, self.value)])
        request.prepare_url(urlunsplit(parts._replace(query=query)), None)
        return request


@dataclass
class OAuth2(AuthBase):
    """Says it by a token that is asked for first.

    Source: RFC 6749, sections 4.4 (client credentials), 5.1 (the answer) and 6 (refreshing).

    Args:
        spec: The definition's, its references filled in.
        timeout: Seconds that an answer may take.
        hide: Is told of each token.
    """

    spec: OAuth2Auth
    timeout: float
    hide: Hide
    _token: str | None = None
    _ends: float = 0.0
    _refresh: str | None = None
    _lock: Any = field(default_factory=threading.Lock)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put a token that holds into a request."""
        with self._lock:
            if self._token is None or time.monotonic() > self._ends:
                self._ask()
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def forget(self, token: str | None) -> None:
        """Ask for another token next time, unless somebody did already.

        Args:
            token: The header that was refused.
        """
        with self._lock:
            if token == f"Bearer {self._token}":
                self._token = None

    def _ask(self) -> None:
        said = {"grant_type": self.spec.grant, **self.spec.params}
        if self.spec.grant == "refresh_token":
            said["refresh_token"] = self._refresh or self.spec.refresh_token or ""
        if self.spec.scopes:
            said["scope"] = " ".join(self.spec.scopes)
        in_header = self.spec.client_in == "header"
        if not in_header:
            said |= {"client_id": self.spec.client_id, "client_secret": self.spec.client_secret}
        auth = HTTPBasicAuth(self.spec.client_id, self.spec.client_secret) if in_header else Nobody()
        # A session of its own: the API's headers are none of the token server's business, which may be another's. It is
        # not followed elsewhere: the client's secret is for it alone.
        with requests.Session() as session:
            answer = session.post(
                self.spec.token_url, data=said, auth=auth, timeout=self.timeout, allow_redirects=False
            )
        self._keep(_granted(answer.status_code, answer.content))

    def _keep(self, granted: dict[str, Any]) -> None:
        self._token = str(granted["access_token"])
        self.hide(self._token, "access_token")
        if refresh := granted.get("refresh_token"):
            self._refresh = str(refresh)
            self.hide(self._refresh, "refresh_token")
        self._ends = time.monotonic() + _lasting(granted.get("expires_in"))


def _lasting(said: object) -> float:
    """Give the seconds for which a token is used; one that does not say how long it holds, until it is refused."""
    try:
        return max(float(str(said)) - EARLY, 1.0)
    except ValueError:
        return _FOR_EVER


def _granted(status: int, body: bytes) -> dict[str, Any]:
    verdict = verdict_of(status, body, ())
    try:
        granted = msgspec.json.decode(body) if verdict.meaning == "taken" else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        granted = {}
    if isinstance(granted, dict) and granted.get("access_token"):
        return granted
    raise refusal_of_token(status, verdict.problem or "its answer holds no access_token", verdict.meaning)


def refusal_of_token(status: int, problem: str, meaning: str) -> IngestError:
    """Make the error of a token that was not given."""
    if meaning in ("passing", "rate"):
        return TransientError(f"the token server answers {problem}", "try again later")
    # RFC 6749, section 5.2: what is wrong with the client or the grant is told by 400 or 401.
    return JobError(f"the token server answers {problem or status}", "mend the client's id and secret, or its grant")


def authentication(spec: AuthSpec | None, values: Values, timeout: float, hide: Hide) -> AuthBase:
    """Make what puts an API's credentials into requests.

    Args:
        spec: As the definition says.
        values: What its references name.
        timeout: Seconds that an answer may take.
        hide: Is told of secrets that come to be known.
    """
    if spec is None:
        return Nobody()
    said = type(spec).model_validate({"type": spec.type, **_written(filled(spec.model_dump(), values))})
    match said:
        case BearerAuth():
            return InHeader("Authorization", f"Bearer {said.token}")
        case HeaderAuth():
            return InHeader(said.name, said.value)
        case QueryAuth():
            return InQuery(said.name, said.value)
        case BasicAuth():
            return HTTPBasicAuth(said.username.encode(), said.password.encode())
        case OAuth2Auth():
            return OAuth2(said, timeout, hide)


def _written(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is unsaid, so that the models' own defaults hold."""
    return {name: value for name, value in said.items() if value is not None}
