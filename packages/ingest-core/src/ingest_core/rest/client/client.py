"""Sends one request, as often as it takes."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.rest.client.addresses import below, raised, same_host
from ingest_core.rest.client.authentication import Hide, OAuth2, authentication
from ingest_core.rest.client.clock import Clock
from ingest_core.rest.client.pace import LONGEST_PAUSE, Pace, retry_after
from ingest_core.rest.client.stopping import Closing
from ingest_core.rest.client.verdicts import Verdict, shortened, verdict_of
from ingest_core.rest.definition import Definition
from ingest_core.rest.definition.answers import RateLimit
from ingest_core.rest.templates import Values, filled

MOST_BYTES = 128 * 1024 * 1024
"""Of one answer; a page that is longer would not be one."""

CHUNK = 1024 * 1024
FIRST_PAUSE = 0.5
LONGEST_DOUBLED = 60.0
"""Seconds between tries, where the API does not say: doubled from the first up to the longest."""

MOST_REDIRECTS = 5

NO_CONTENT = 204
"""RFC 9110, section 15.3.5: an answer that is meant to be empty."""

MARK = b"\xef\xbb\xbf"
"""The bytes at the beginning by which some servers mark UTF-8; JSON has none (RFC 8259, section 8.1)."""

RATE_ATTEMPTS = 5
"""How many times as often as other failures a refusal for asking too often is taken."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Request:
    """What is asked.

    Args:
        url: The address, or a path below the API's.
        params: Of the address; a value that is a list comes several times.
        method: How.
        headers: Beside the API's.
        body: Sent as JSON.
        limit: How often this may be asked, where it is counted apart.
    """

    url: str
    params: Mapping[str, Any] = field(default_factory=dict)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    limit: RateLimit | None = None


@dataclass(frozen=True)
class Answer:
    """What came back and was taken.

    Args:
        body: Its bytes, unpacked.
        headers: Its headers; their names may be asked for in any case.
        is_empty: Whether it counts as an answer without records, whatever is in it.
    """

    body: bytes
    headers: Mapping[str, str]
    is_empty: bool = False


class UnreadableError(ValueError):
    """An answer is not what it should be: cut off, or another page than the API's."""


class _PassingError(Exception):
    """May be tried again.

    Args:
        problem: What happened.
        pause: Seconds to wait before, as the API says; ``None`` where it does not.
        is_rate: Whether it was asked too often.
    """

    def __init__(self, problem: str, pause: float | None = None, *, is_rate: bool = False) -> None:
        super().__init__(problem)
        self.pause = pause
        self.is_rate = is_rate


class Client:
    """Asks one API. Used by several threads at once.

    Args:
        definition: The API.
        values: What the definition's references name, secrets included.
        hide: Is told of tokens.
        mend: What a person is to do where the credentials are refused.
    """

    def __init__(self, definition: Definition, values: Values, hide: Hide, mend: str) -> None:
        self._definition = definition
        self._values = values
        self._mend = mend
        self._timeout = (10.0, definition.timeout.total_seconds())
        self._base = _base(str(filled(definition.base_url, values)))
        self._session = requests.Session()
        adapter = HTTPAdapter(pool_maxsize=definition.rate_limit.concurrent)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        spec = definition.auth
        if spec and spec.type == "oauth2":
            spec = spec.model_copy(update={"token_url": self._address(str(filled(spec.token_url, values)))})
        self._session.auth = authentication(spec, values, self._timeout[1], hide)
        self._session.headers.update(filled(definition.headers, values) or {})
        self._session.headers.setdefault("Accept", "application/json")
        self._paces: dict[RateLimit | None, Pace] = {None: Pace(definition.rate_limit)}
        self._lock = threading.Lock()
        self.clock = Clock()

    def close(self) -> None:
        """Close the connections that wait for more; a request to come opens another."""
        self._session.close()

    def ask(self, request: Request, read: Callable[[Answer], Found], closing: Closing) -> Found:
        """Send a request until it is answered, and read the answer.

        Args:
            request: What is asked.
            read: Makes something of the answer; whatever it finds unreadable is asked for again.
            closing: Ends the waiting.

        Raises:
            JobError: The API refuses it.
            TransientError: It does not answer, or not as it should, however often it is asked.
            ClosedError: Nobody waits for it any more.
        """
        tries = rates = 0
        pace = self._pace(request.limit)
        while True:
            pace.wait(closing)
            try:
                return read(self._send(request, pace, closing))
            except (_PassingError, UnreadableError) as error:
                is_rate = isinstance(error, _PassingError) and error.is_rate
                tries, rates = tries + (not is_rate), rates + is_rate
                most = self._definition.attempts
                pause = error.pause if isinstance(error, _PassingError) else None
                if tries >= most or rates >= most * RATE_ATTEMPTS or (pause or 0) > LONGEST_PAUSE:
                    raise TransientError(f"{self._where(request)}: {error}", "try again later") from error
            pause = min(FIRST_PAUSE * 2 ** (tries + rates - 1), LONGEST_DOUBLED) if pause is None else pause
            if is_rate:
                pace.hold(pause)
            closing.pause(pause)

    def _pace(self, limit: RateLimit | None) -> Pace:
        with self._lock:
            if limit not in self._paces and limit is not None:
                self._paces[limit] = Pace(limit)
            return self._paces[limit]

    def _send(self, request: Request, pace: Pace, closing: Closing) -> Answer:
        """Send a request once; where a token is refused, once more with another."""
        closing.go_on()
        sent, status, answer = self._exchange(request)
        if status == requests.codes.unauthorized and isinstance(self._session.auth, OAuth2):
            self._session.auth.forget(sent.headers.get("Authorization"))
            sent, status, answer = self._exchange(request)
        pace.learn(answer.headers)
        self.clock.learn(answer.headers)
        verdict = verdict_of(status, answer.body, self._definition.errors)
        if verdict.meaning in ("passing", "rate"):
            raise _PassingError(
                f"answers {verdict.problem}", retry_after(answer.headers), is_rate=verdict.meaning == "rate"
            )
        if verdict.meaning == "refused":
            raise self._refusal(request, status, verdict)
        return Answer(answer.body, answer.headers, is_empty=verdict.meaning == "empty" or status == NO_CONTENT)

    def _exchange(self, request: Request) -> tuple[requests.PreparedRequest, int, Answer]:
        try:
            response = self._follow(request)
        except TransientError as error:  # of the server that gives tokens
            raise _PassingError(error.faults[0].problem) from error
        except requests.exceptions.SSLError as error:
            raise self._unsafe(request, error) from error
        except (requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema) as error:
            mend = "mend HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
            raise JobError("the environment names a proxy that cannot be used", mend) from error
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema) as error:
            raise JobError(f"{self._base} is no address of an API", "mend the definition's base_url") from error
        except ValueError:
            # Its words hold the header, credentials and all.
            raise self._unsendable(request) from None
        except requests.exceptions.RequestException as error:
            raise _PassingError(_told(error)) from error
        return response.request, response.status_code, Answer(response.content.removeprefix(MARK), response.headers)

    def _follow(self, request: Request) -> requests.Response:
        """Send a request, and go where the API sends it: to no other host, which would be shown the credentials."""
        response = self._sent(request, self._address(request.url), request.params)
        for _ in range(MOST_REDIRECTS):
            if not response.is_redirect:
                break
            there = raised(urljoin(str(response.url), response.headers["Location"]), self._base)
            if not same_host(there, str(response.url)):
                host = urlsplit(there).netloc
                raise JobError(f"{self._where(request)} sends us on to {host}", "name that host in `base_url`")
            response = self._sent(request, there, {})
        return response

    def _sent(self, request: Request, address: str, params: Mapping[str, Any]) -> requests.Response:
        headers = {name: str(value) for name, value in request.headers.items()}
        body = None if request.body is None else json.dumps(request.body).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        response = self._session.request(
            request.method,
            address,
            params={name: _parameter(value) for name, value in params.items()},
            headers=headers,
            data=body,
            timeout=self._timeout,
            stream=True,
            allow_redirects=False,
        )
        with response:
            _read_whole(response)
        return response

    def _address(self, url: str) -> str:
        return below(self._base, url)

    def _where(self, request: Request) -> str:
        parts = urlsplit(self._address(request.url))
        return f"{request.method} {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def _refusal(self, request: Request, status: int, verdict: Verdict) -> IngestError:
        key = ("source", "with") if status in (requests.codes.unauthorized, requests.codes.forbidden) else ()
        mend = f"{verdict.mend}: {self._mend}" if key and self._mend else verdict.mend
        return JobError(f"{self._where(request)} answers {verdict.problem}", mend, key)

    def _unsafe(self, request: Request, error: Exception) -> Exception:
        """Tell a server that is not trusted from a connection that broke off before it was a safe one."""
        found = _innermost(error)
        if not isinstance(found, ssl.SSLCertVerificationError):
            return _PassingError(f"no safe connection comes about: {shortened(str(found))}")
        return JobError(
            f"{self._where(request)}: the server's certificate is not trusted: {shortened(str(found))}",
            "name the file of the authorities that are: set REQUESTS_CA_BUNDLE",
        )

    def _unsendable(self, request: Request) -> IngestError:
        told = f": {self._mend}" if self._mend else ""
        return JobError(
            f"{self._where(request)} cannot be sent: a header would hold a line's end, or a letter that none may hold",
            f"write the credentials, and what else stands in headers, without it{told}",
            ("source", "with"),
        )


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise JobError(f"{url!r} is no address of an API", "write https:// and the host's name", ("source", "with"))
    return f"{url.rstrip('/')}/"


def _innermost(error: BaseException) -> BaseException:
    """Give the error that others were made of: their words hold the address, which may hold what nobody should see."""
    inner = [each for each in (getattr(error, "reason", None), *error.args) if isinstance(each, BaseException)]
    return _innermost(inner[0]) if inner else error


def _parameter(value: Any) -> Any:  # noqa: ANN401  # whatever a definition says
    if isinstance(value, bool):
        return str(value).lower()
    return [_parameter(each) for each in value] if isinstance(value, list) else value


def _read_whole(response: requests.Response) -> None:
    """Read an answer into what `content` gives, as far as one is read.

    Raises:
        JobError: It is longer.
    """
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise JobError(f"an answer is longer than {MOST_BYTES} bytes", "ask for smaller pages: `paging.size`")
    response._content = b"".join(chunks)  # noqa: SLF001  # as requests itself does; it has no bound of its own


def _told(error: requests.exceptions.RequestException) -> str:
    """Say what happened on the way, without the address, which may hold what nobody should see."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "does not take the connection in time"
    if isinstance(error, requests.exceptions.Timeout):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not let it through"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "cannot be reached, or broke the connection off"
    return f"the answer broke off ({type(error).__name__})"
