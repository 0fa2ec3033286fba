"""A server in a thread of its own: begin it, ask it, change its data, end it."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from standins.faults.board import Faults
from standins.serving.arrivals import WakingSelector
from standins.serving.desk import Desk
from standins.serving.hooks import Hooks
from standins.serving.log import RequestLog
from standins.serving.options import Serving
from standins.serving.service import Service
from standins.serving.wire import Connection

S = TypeVar("S", bound=Service)
WAITING = 1024
"""How many connections may wait to be taken."""


class Server(Generic[S]):
    """Serves one API while it is entered (``with ... as server``).

    Args:
        api: The API; tests change its data through it, within ``changing``.
        serving: Where and how it is served.
    """

    def __init__(self, api: S, serving: Serving) -> None:
        self.api = api
        self._serving = serving
        self._desk = Desk(api, serving)
        self._numbers = itertools.count(1)
        self._connections: set[Connection] = set()
        self._thread: threading.Thread | None = None
        self._ready: Future[tuple[str, int]] = Future()
        self._failures: list[BaseException] = []
        self._stop: Callable[[], object] = lambda: None

    def __enter__(self) -> Self:
        """Begin to serve.

        Raises:
            OSError: The port is not free.
        """
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._thread.start()
        self._ready.result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        if self._thread:
            self._thread.join()
        if self._failures and error is None:
            raise RuntimeError(f"a request could not be answered: {self._failures[0]!r}") from self._failures[0]

    @property
    def port(self) -> int:
        """Give the port that it listens on."""
        return self._ready.result()[1]

    @property
    def url(self) -> str:
        """Give the address, without a slash at the end; an address for all (0.0.0.0) is told as this machine's own."""
        host = self._ready.result()[0]
        return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{self.port}"  # noqa: S104  # compared only

    @property
    def requests(self) -> RequestLog:
        """Give the log of what was asked."""
        return self._desk.log

    @property
    def faults(self) -> Faults:
        """Give what goes wrong; faults may be added and taken away while it serves."""
        return self._desk.faults

    @property
    def hooks(self) -> Hooks:
        """Give the calls that are made after requests."""
        return self._desk.hooks

    def changing(self) -> threading.RLock:
        """Give the lock to hold while data is changed from another thread: ``with server.changing(): ...``."""
        return self._desk.lock

    def _run(self) -> None:
        selector = WakingSelector()
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
            try:
                runner.run(self._serve(selector))
            except OSError as error:
                self._ready.set_exception(error)

    async def _serve(self, selector: WakingSelector) -> None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.set_exception_handler(self._note)

        def connect() -> Connection:
            return Connection(self._desk, self._numbers, self._connections, selector)

        server = await loop.create_server(connect, self._serving.host, self._serving.port, backlog=WAITING)
        async with server:
            self._stop = lambda: loop.call_soon_threadsafe(ended.set)
            host, port = server.sockets[0].getsockname()[:2]
            self._ready.set_result((host, port))
            await ended.wait()
            for connection in list(self._connections):
                connection.abort()

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "exception" in context:
            self._failures.append(context["exception"])
        loop.default_exception_handler(context)
