"""Requests out of bytes: as much of HTTP/1.1 (RFC 9112) as clients of JSON APIs speak."""

from __future__ import annotations

from collections.abc import Iterator

from standins.serving.messages import Request

END_OF_HEAD = b"\r\n\r\n"
LARGEST_HEAD = 64 * 1024
"""Bytes."""


class BadRequestError(Exception):
    """What came is no request that this server reads."""


def take(buffer: bytearray, numbers: Iterator[int], now: float) -> Request | None:
    """Take the first request out of the buffer.

    Args:
        buffer: What came; a whole request is removed from it.
        numbers: Gives the number of the request.
        now: When it is read, in seconds of the monotonic clock.

    Returns:
        The request, or nothing while a part of it is still to come.

    Raises:
        BadRequestError: It is no request, or its body comes in chunks.
    """
    end = buffer.find(END_OF_HEAD)
    if end < 0:
        if len(buffer) > LARGEST_HEAD:
            raise BadRequestError(f"a head of more than {LARGEST_HEAD} bytes")
        return None
    line, headers = _head(bytes(buffer[:end]).decode("latin-1"))
    start = end + len(END_OF_HEAD)
    stop = start + _length(headers)
    if len(buffer) < stop:
        return None
    body = bytes(buffer[start:stop])
    del buffer[:stop]
    return Request(line[0], line[1], headers, body, next(numbers), now)


def _head(text: str) -> tuple[list[str], dict[str, str]]:
    first, *fields = text.split("\r\n")
    line = first.split(" ")
    if len(line) != 3 or not line[2].startswith("HTTP/1."):  # noqa: PLR2004  # method, target, version
        raise BadRequestError(f"no line of a request: {first[:80]!r}")
    pairs = (field.partition(":") for field in fields)
    return line, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise BadRequestError("a body in chunks; send Content-Length")
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        raise BadRequestError(f"Content-Length: {length[:80]!r}")
    return int(length)
