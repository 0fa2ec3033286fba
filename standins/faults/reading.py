"""How faults are written: in a line, or in a file of JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from standins.faults.rules import Fault

FIELDS = {field.name: str(field.type) for field in dataclasses.fields(Fault)}


def faults_of(text: str) -> list[Fault]:
    """Read faults.

    Args:
        text: A line as ``429:every=7,retry_after=1;reset:first=5,times=1``; or the path of a JSON file, a list of
            objects with the arguments of ``Fault``.

    Raises:
        ValueError: A kind or an argument is unknown, or a value is none of its type.
        OSError: The file cannot be read.
    """
    if text.endswith(".json"):
        return [Fault(**entry) for entry in json.loads(Path(text).read_text(encoding="utf-8"))]
    return [_fault(part) for part in text.split(";") if part.strip()]


def _fault(text: str) -> Fault:
    kind, _, rest = text.strip().partition(":")
    pairs = [part.partition("=") for part in rest.split(",") if part]
    unknown = [name for name, _, _ in pairs if name not in FIELDS]
    if unknown:
        raise ValueError(f"fault {text!r}: {unknown[0]!r} is unknown; there are {', '.join(FIELDS)}")
    return Fault(kind, **{name: _value(name, value) for name, _, value in pairs})


def _value(name: str, text: str) -> Any:
    if FIELDS[name] == "bool":
        return text == "true"
    if FIELDS[name].startswith("int"):
        return int(text)
    return float(text) if FIELDS[name] == "float" else text
