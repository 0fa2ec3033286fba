"""An answer as bytes, with what becomes of the connection: faults of the line are told apart here."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Literal

from standins.serving.messages import Answer, Request

Ending = Literal["keep", "close", "reset"]
WORTH_IT = 512
"""Bytes."""
LEVEL = 1
"""The quickest."""
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Delivery:
    """What goes over the line.

    Args:
        data: The bytes, head and body.
        seconds: How long it is held back.
        ending: What becomes of the connection then: it is kept, closed in order, or reset.
    """

    data: bytes
    seconds: float = 0.0
    ending: Ending = "keep"


def delivery_of(answer: Answer, seconds: float = 0.0) -> Delivery:
    """Deliver an answer whole."""
    return Delivery(head_of(answer, len(answer.body)) + answer.body, seconds)


def compressed(answer: Answer, request: Request) -> Answer:
    """Compress an answer, if it is worth it and the client takes it so (RFC 9110, 12.5.3)."""
    if "gzip" not in request.headers.get("accept-encoding", "") or len(answer.body) < WORTH_IT:
        return answer
    told = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return replace(answer, body=gzip.compress(answer.body, LEVEL, mtime=0), headers=told)


def head_of(answer: Answer, length: int) -> bytes:
    """Write the head of an answer, with a Content-Length that may be a lie."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    reason = REASONS.get(answer.status, "Unknown")
    return (
        f"HTTP/1.1 {answer.status} {reason}\r\nContent-Type: {answer.content_type}\r\n"
        f"Content-Length: {length}\r\n{fields}\r\n"
    ).encode("latin-1")
