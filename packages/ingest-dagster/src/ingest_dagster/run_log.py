"""Shows the log of a run where Dagster shows that of a step, beside the lines on stderr."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Mapping

from dagster import DagsterLogManager
from ingest_core import Redactor

SILENT_CONSOLE = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""A job's configuration: Dagster's console would print each line of a run once more, and Dagster's events as text."""

_HIDDEN = frozenset({"event", "level", "timestamp", "tenant", "job", "run_id", "logger", "exc_info", "stack_info"})
"""What every line has, or what is long."""


@contextlib.contextmanager
def shown_in(log: DagsterLogManager, redactor: Redactor) -> Iterator[None]:
    """Pass what a run logs on to a step's log, masked, for a while."""
    handler = _Handler(log, redactor)
    logger = logging.getLogger("ingest")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@contextlib.contextmanager
def masked_in_others(redactor: Redactor) -> Iterator[None]:
    """Mask for a while what handlers take that stand on loggers of libraries.

    Dagster puts its own there, which writes into its records, where an instance names ``managed_python_loggers``.
    """
    loggers = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    before = [(each, list(each.handlers)) for each in loggers if each.handlers and each.name != "dagster"]
    for logger, handlers in before:
        logger.handlers[:] = [_Masked(handler, redactor) for handler in handlers]
    try:
        yield
    finally:
        for logger, handlers in before:
            logger.handlers[:] = handlers


class _Masked(logging.Handler):
    """Hands a masked copy on. Not a filter: Dagster's handler asks those that others add to it for nothing."""

    def __init__(self, handler: logging.Handler, redactor: Redactor) -> None:
        super().__init__(handler.level)
        self._handler, self._redactor = handler, redactor

    def handle(self, record: logging.LogRecord) -> bool:
        copy = logging.makeLogRecord(record.__dict__)
        copy.msg, copy.args = self._redactor.text(_told(record)), ()
        if record.exc_info:  # the handler would render it, unmasked
            copy.msg += "\n" + self._redactor.text(_PLAIN.formatException(record.exc_info))
            copy.exc_info = None
        return bool(self._handler.handle(copy))


_PLAIN = logging.Formatter()


class _Handler(logging.Handler):
    def __init__(self, log: DagsterLogManager, redactor: Redactor) -> None:
        super().__init__(logging.INFO)
        self._log = log
        self._redactor = redactor

    def emit(self, record: logging.LogRecord) -> None:
        # Threads of a run tell of batches. Dagster's log is a database, which only the step's own thread should meet.
        if threading.current_thread() is not threading.main_thread():
            return
        try:
            self._log.log(record.levelno, self._redactor.text(_told(record)))
        except Exception:  # noqa: BLE001  # the line is on stderr; a log that cannot be kept ends no run
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Say nothing more: logging's own way prints the arguments, past redaction."""


def _told(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, Mapping):
        return record.getMessage()
    said = record.msg
    rest = (f"{key}={value}" for key, value in said.items() if key not in _HIDDEN and not str(key).startswith("_"))
    return " ".join([str(said.get("event", "")), *rest])
