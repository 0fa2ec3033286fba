"""Looks a YAML text over before anything is built of it: what is refused is found without building it.

Source: YAML 1.1 specification, 7.1, on events; they come one by one, so a text that is too deep or too long costs no
more than its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ingest_core.errors import Fault, JobError

MAX_VALUES = 100_000
"""A file that people wrote has far fewer."""

MAX_LEVELS = 64
"""No key of ours lies so deep."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where it is there: its time grows with the text alone, and its words never quote the text."""


def survey(path: Path, text: str) -> list[Fault]:
    """Find tags, and stop at too many values or levels.

    Args:
        path: The file, for naming places.
        text: Its content.

    Returns:
        The tags, each of them a fault.

    Raises:
        JobError: The text has too many values or levels.
        yaml.YAMLError: It is no YAML.
    """
    faults, level, values = [], 0, 0
    for event in _events(text):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        where = f"{path}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"
        if level > MAX_LEVELS:
            raise JobError.of([Fault(f"more than {MAX_LEVELS} levels deep", where=where)])
        if values > MAX_VALUES:
            raise JobError.of([Fault(f"more than {MAX_VALUES} values", "divide it into several files", where=where)])
        if getattr(event, "tag", None):
            # Neither named nor quoted: a secret that begins with '!' is a tag to YAML.
            mend = "write a plain value; a text that begins with '!' needs quotes"
            faults.append(Fault("a tag is not allowed", mend, where=where))
    return faults


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=LOADER)
