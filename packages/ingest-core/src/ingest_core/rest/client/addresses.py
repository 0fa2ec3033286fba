"""Addresses: of a path, and whether one may be shown the credentials of another: the same host, never less safely."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

_HTTP, _HTTPS = 80, 443
_PORTS = {"http": _HTTP, "https": _HTTPS}


def below(base: str, path: str) -> str:
    """Give the whole address of a path.

    Args:
        base: The API's address, with a slash at its end.
        path: Below it, with or without a slash at its beginning; or an address, which stays as it is.
    """
    if urlsplit(path).scheme:
        return path
    return urljoin(base, path.lstrip("/")) if path else base.rstrip("/")


def same_host(there: str, base: str) -> bool:
    """Tell whether an address may be asked with the credentials of another: the same host and port, or its https.

    Args:
        there: The address.
        base: The address that the credentials are for.
    """
    try:
        one, other = urlsplit(there), urlsplit(base)
        is_raised = (other.scheme, one.scheme) == ("http", "https") and (_port(other), _port(one)) == (_HTTP, _HTTPS)
        is_same = one.scheme == other.scheme and _port(one) == _port(other)
    except ValueError:  # a port that is none
        return False
    return one.hostname == other.hostname and (is_same or is_raised)


def raised(there: str, base: str) -> str:
    """Give an address by https, where an API behind a proxy names its own by http.

    Args:
        there: The address.
        base: The API's.
    """
    try:
        one, other = urlsplit(there), urlsplit(base)
        is_own = one.hostname == other.hostname and _port(one) == _HTTP and _port(other) == _HTTPS
    except ValueError:
        return there
    if (one.scheme, other.scheme) != ("http", "https") or not is_own:
        return there
    return urlunsplit(one._replace(scheme="https", netloc=other.netloc))


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)
