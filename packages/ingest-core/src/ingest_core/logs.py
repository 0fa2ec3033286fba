"""Structured logs: one JSON object a line on stderr, from structlog, the standard library and warnings alike."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Literal, TextIO

import structlog

from ingest_core.redaction import Redactor

Format = Literal["json", "console"]
Processor = Callable[[Any, str, MutableMapping[str, Any]], Any]

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logging(
    level: str = "info", fmt: Format = "json", redactor: Redactor | None = None, stream: TextIO | None = None
) -> None:
    """Send every log line of the process to one place. May be called again.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``; other libraries speak from ``warning`` on.
        fmt: ``json`` for machines, ``console`` for a person.
        redactor: Masks each line as the last step; ``None`` masks nothing.
        stream: Where lines go; else ``sys.stderr`` as it is when a line is written.
    """
    formatter = _Formatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_SHARED],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_rendering(fmt, stream),
            _redacting(redactor),
        ],
    )
    handler = _Handler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("ingest").setLevel(level.upper())
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger() -> Any:  # noqa: ANN401  # structlog's loggers are bound lazily and have no one type
    """Give the logger of ingest."""
    return structlog.get_logger("ingest")


class _Handler(logging.StreamHandler[Any]):
    """Writes to the stderr of the moment: redaction and tests put another one in its place."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._given = stream

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = self._given or sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Say that a line was lost. Logging's own way prints the arguments, past redaction."""
        del record
        with contextlib.suppress(Exception):
            self.stream.write('{"event": "a line of the log was lost: it could not be written"}\n')


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record; if that fails, renders it with what cannot be rendered as text."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return super().format(record)
        except Exception:  # noqa: BLE001  # a foreign value may raise anything, and a log call must not
            return super().format(_plain(record))


def _plain(record: logging.LogRecord) -> logging.LogRecord:
    """Copy a record, with the fields that fail as text, and without arguments to fill in."""
    copy = logging.makeLogRecord(record.__dict__)
    copy.args = ()
    if isinstance(record.msg, dict):
        copy.msg = {str(key): value if key == "exc_info" else _renderable(value) for key, value in record.msg.items()}
    elif record.args:
        copy.msg = f"{_shown(record.msg)} with {_shown(record.args)}"
    else:
        copy.msg = _shown(record.msg)
    return copy


def _renderable(value: object) -> object:
    try:
        json.dumps(value, allow_nan=False)
    except Exception:  # noqa: BLE001  # as in format
        return _shown(value)
    return value


def _rendering(fmt: Format, stream: TextIO | None) -> list[Processor]:
    if fmt == "console":
        colors = _has_colors(stream or sys.stderr)
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=_shown, allow_nan=False)]


def _has_colors(stream: TextIO | None) -> bool:
    """Tell whether a person wants colours. Source: https://no-color.org."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")
    return wanted and stream is not None and stream.isatty()


def _shown(value: object) -> str:
    """Show what JSON cannot; a value that cannot even be shown is no reason to lose a line."""
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001  # a foreign object's __repr__ may raise anything
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"


def _redacting(redactor: Redactor | None) -> Processor:
    def redact(logger: object, method: str, line: Any) -> Any:  # noqa: ANN401  # structlog's shape of a processor
        del logger, method
        return redactor.text(str(line)) if redactor else line

    return redact
