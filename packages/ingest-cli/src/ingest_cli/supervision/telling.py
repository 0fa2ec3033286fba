"""Writes what the supervisor does, and what services say, as one log on stderr."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any, Literal

from ingest_cli.supervision.outbox import Outbox

LAST_SECONDS = 0.5
"""So long the rest of the log may take at the end, by default: a stop as a whole is to take ten seconds at most."""

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
"""Colours, which some programs write to pipes as well. What is left is masked once more: they may have hidden a secret.
Source: ECMA-48, "Select Graphic Rendition"."""

_OURS = {"timestamp", "level", "event"}
"""What every line has that is a log line of ours already: runs write them, and services pass them on."""


class Telling:
    """Tells of services.

    Args:
        log_format: ``json``, one object a line; ``console``, for a person.
        outbox: Where to write; else one of its own.
    """

    def __init__(self, log_format: Literal["json", "console"], outbox: Outbox | None = None) -> None:
        self._is_json = log_format == "json"
        self._log = logging.getLogger("ingest")
        self._outbox = outbox or Outbox(lambda lines: self._log.warning("output_lost", extra={"lines": lines}))

    def info(self, event: str, **fields: object) -> None:
        """Tell what happened as it should."""
        self._outbox.put(lambda: self._log.info(event, extra=fields))

    def warning(self, event: str, **fields: object) -> None:
        """Tell what should not have happened, and is seen to."""
        self._outbox.put(lambda: self._log.warning(event, extra=fields))

    def error(self, event: str, **fields: object) -> None:
        """Tell what ends everything."""
        self._outbox.put(lambda: self._log.error(event, extra=fields))

    def is_told(self, within: float = LAST_SECONDS) -> bool:
        """Wait until all is written, though not for ever.

        Args:
            within: Seconds.

        Returns:
            Whether it was.
        """
        return self._outbox.drain(within)

    def line(self, service: str, line: str) -> None:
        """Tell what a service said.

        Args:
            service: Its name.
            line: Masked; bytes that are no UTF-8 as surrogates.
        """
        # As \xff: a surrogate can be written to no terminal, and in JSON few programs read it.
        text = line.removesuffix("\n").removesuffix("\r")
        text = _COLOR.sub("", text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
        self._outbox.put_line(lambda: self._write_line(service, text), len(text))

    def _write_line(self, service: str, text: str) -> None:
        if not self._is_json:
            sys.stderr.write(f"{service} | {text}\n")
        elif said := _log_line(text):
            sys.stderr.write(json.dumps({**said, "service": service}) + "\n")
        else:
            self._log.info("service_output", extra={"service": service, "line": text})


def _log_line(text: str) -> dict[str, Any] | None:
    """Read a line as a log line of ours; ``None`` where it is none."""
    if not text.startswith("{"):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.keys() >= _OURS else None
