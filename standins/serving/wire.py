"""One connection: requests out of bytes, answers into bytes, kept alive between them."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator

from standins.serving.arrivals import WakingSelector
from standins.serving.delivery import Delivery, delivery_of
from standins.serving.desk import Desk
from standins.serving.messages import Answer, Request
from standins.serving.parsing import BadRequestError, take

TIME_TO_READ = 0.02
"""Seconds between the first half of an answer and the reset: a reset at once may overtake the half."""
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing sends RST (socket(7))."""


class Connection(asyncio.Protocol):
    """Serves one client, one request after the other.

    Args:
        desk: Who answers.
        numbers: Gives the number of the next request of the server.
        open_ones: The connections that are open; this one is in it while it lives.
        selector: Knows when what came had arrived.
    """

    def __init__(
        self, desk: Desk, numbers: Iterator[int], open_ones: set[Connection], selector: WakingSelector
    ) -> None:
        self._selector = selector
        self._desk = desk
        self._numbers = numbers
        self._open_ones = open_ones
        self._buffer = bytearray()
        self._busy = False
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (called by the event loop)."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what create_server makes
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport
        self._open_ones.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the protocol's signature
        """End (called by the event loop)."""
        self._transport = None
        self._open_ones.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take what came (called by the event loop)."""
        self._buffer += data
        self._go_on()

    def abort(self) -> None:
        """Close at once; the server ends."""
        if self._transport:
            self._transport.abort()

    def _go_on(self) -> None:
        if self._busy or not self._buffer:
            return
        try:
            request = take(self._buffer, self._numbers, self._selector.woken)
        except BadRequestError as wrong:
            body = f"the request cannot be read: {wrong}\n".encode()
            refused = delivery_of(Answer(400, body, content_type="text/plain"))
            self._send(Delivery(refused.data, ending="close"))
            return
        if request is not None:
            self._busy = True
            self._answer(request)

    def _answer(self, request: Request) -> None:
        delivery = self._desk.serve(request)
        if delivery.ending == "keep" and request.headers.get("connection", "").lower() == "close":
            delivery = Delivery(delivery.data, delivery.seconds, "close")
        if delivery.seconds > 0:
            self._loop.call_at(request.at + delivery.seconds, self._send, delivery)
        else:
            self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        if self._transport is None:
            return
        self._transport.write(delivery.data)
        if delivery.ending == "reset":
            self._loop.call_later(TIME_TO_READ if delivery.data else 0, self._reset)
        elif delivery.ending == "close":
            self._transport.close()
        else:
            self._busy = False
            self._loop.call_soon(self._go_on)

    def _reset(self) -> None:
        if self._transport:
            raw = self._transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self._transport.abort()
