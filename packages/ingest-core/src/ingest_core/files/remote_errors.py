"""Says what a server's error means for a job, and tries again where that may help.

fsspec raises what lies below it: errors of the system, of aiohttp and of botocore, often as the cause of another. They
are told apart by status and by name, so that neither library need be there.
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from ingest_core.errors import JobError, Key, TransientError
from ingest_core.stop_signals import kept_a_stop

Given = TypeVar("Given")

WAITS = (0.5, 1.0, 2.0)
"""Seconds to wait before each further try, where the server does not say how long."""

LONGEST_WAIT = 30.0
"""Seconds; by what a server asks for alone a run could be held for hours."""

_PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504}
_PASSING_NUMBERS = {errno.EBUSY, errno.EIO, errno.EREMOTEIO, errno.ETIMEDOUT, errno.ECONNRESET, errno.ECONNREFUSED}
_PASSING_NAMES = {
    *("ClientConnectionError", "ClientPayloadError", "ServerDisconnectedError", "ServerTimeoutError"),
    *("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError", "HTTPClientError"),
    *("ResponseStreamingError", "FSTimeoutError", "TimeoutError", "IncompleteReadError"),
}
_UNKNOWN_NAMES = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"}


class RefusedAddressError(OSError):
    """A name or a redirect leads to an address that must not be asked."""


def retried(ask: Callable[[], Given]) -> Given:
    """Ask, and ask again a few times while the server says that it passes."""
    for wait in WAITS:
        try:
            with kept_a_stop():
                return ask()
        except Exception as error:
            if not _passes(error):
                raise
            asked = _asked_wait(error)
        pause(wait if asked is None else min(asked, LONGEST_WAIT))
    return ask()


def pause(seconds: float) -> None:
    """Let some time pass before a further try."""
    time.sleep(seconds)


def _asked_wait(error: BaseException) -> float | None:
    """Find how many seconds a server asks to wait: ``Retry-After``, a number or a date (RFC 9110, section 10.2.3)."""
    for each in _chain(error):
        answer = getattr(each, "response", None)
        held = answer.get("ResponseMetadata", {}).get("HTTPHeaders") if isinstance(answer, dict) else None
        headers = held or getattr(each, "headers", None) or {}
        said = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
        if said is not None:
            with contextlib.suppress(InvalidHeader):
                return Retry().parse_retry_after(str(said))
    return None


@contextlib.contextmanager
def translated(url: str, key: Key = ()) -> Iterator[None]:
    """Turn errors of a file system into a job's; a file that is not there stays a ``FileNotFoundError``.

    Args:
        url: What was asked for; its host alone and its path are told.
        key: Where in the job it stands.

    Raises:
        JobError: A person must mend something.
        TransientError: It may pass.
        FileNotFoundError: There is no such file.
    """
    try:
        yield
    except (JobError, TransientError):
        raise
    except Exception as error:
        if _status(error) in (404, 410) or (isinstance(error, FileNotFoundError) and not _told_causes(error)):
            raise FileNotFoundError(url) from error
        raise _told(error, url, key) from error


def _told(error: Exception, url: str, key: Key) -> JobError | TransientError:
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    status = _status(error)
    if any(isinstance(each, RefusedAddressError) for each in _chain(error)):
        return JobError(
            f"{shown} leads to an address that only the machine itself may ask",
            "mend the URL; a redirect to such an address is refused",
            key,
        )
    if any(type(each).__name__ == "FileExpired" or "pre-conditions" in str(each) for each in _chain(error)):
        return TransientError(f"{shown} changed while it was read", "run again when it is complete")
    if _names(error) & _UNKNOWN_NAMES:
        return JobError(
            f"{shown}: there are no credentials",
            "name them in `source.with`: `key: ${secret:s3.key}`, `secret: ${secret:s3.secret}`; or `anonymous: true`",
            key,
        )
    if any(isinstance(each, PermissionError) for each in _chain(error)) or status in (401, 403):
        why = f" (status {status})" if status else ""
        return JobError(
            f"{shown} may not be read: the server refuses it{why}",
            "mend the credentials in `source.with`, or what they are allowed to read",
            key,
        )
    if _passes(error):
        why = f"status {status}" if status else type(_chain(error)[-1]).__name__
        return TransientError(f"{shown} cannot be read for now: {why}", "try again")
    why = f"status {status}" if status else f"{type(error).__name__}: {_first_line(error)}"
    return JobError(f"{shown} cannot be read: {why}", "mend the path or `source.with`", key)


def _passes(error: BaseException) -> bool:
    status = _status(error)
    if status is not None:
        return status in _PASSING_STATUS
    if any(isinstance(each, RefusedAddressError) for each in _chain(error)):
        return False
    numbers = {each.errno for each in _chain(error) if isinstance(each, OSError)}
    connections = any(isinstance(each, (ConnectionError, TimeoutError)) for each in _chain(error))
    return connections or bool(numbers & _PASSING_NUMBERS or _names(error) & _PASSING_NAMES)


def _told_causes(error: BaseException) -> bool:
    """Tell whether a file that is said to be missing is so for another reason: fsspec's http says it of everything."""
    return len(_chain(error)) > 1 and (_status(error) is not None or _passes(error) or _is_refused(error))


def _is_refused(error: BaseException) -> bool:
    return any(isinstance(each, RefusedAddressError) for each in _chain(error))


def _status(error: BaseException) -> int | None:
    """Find the status of a server's answer: aiohttp's, or botocore's."""
    for each in _chain(error):
        if isinstance(status := getattr(each, "status", None), int) and status:
            return status
        answer = getattr(each, "response", None)
        if isinstance(answer, dict):
            status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if isinstance(status, int):
                return status
    return None


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for each in _chain(error) for kind in type(each).__mro__}


def _chain(error: BaseException) -> list[BaseException]:
    """Give an error and what caused it, the first cause last."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        inner = getattr(current, "os_error", None)
        current = current.__cause__ or (inner if isinstance(inner, BaseException) else None) or current.__context__
    return found


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else ""
