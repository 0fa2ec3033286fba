"""JSON made quickly: an object's shape is written once, and filled in for each record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from json.encoder import encode_basestring_ascii
from typing import Any

Facts = dict[str, Any]
"""What differs from record to record: values by their path, ``address.city`` or ``items.data.0.id``."""

ENCODER = json.JSONEncoder(separators=(",", ":"))


class Template:
    """The JSON of one kind of object.

    Args:
        shape: An object of this kind, with what is the same in all of them.
        paths: Where the values stand that differ; a path's last key may be new, what is above it must be there.
    """

    def __init__(self, shape: Mapping[str, Any], paths: Iterable[str]) -> None:
        marked = deepcopy(dict(shape))
        for path in paths:
            put(marked, path, f"@@{path}@@")
        text = json.dumps(marked, separators=(",", ":")).replace("%", "%%")
        self._text = re.sub(r'"@@([^"@]+)@@"', r"%(\1)s", text)

    def render(self, facts: Facts) -> bytes:
        """Write the object with these values; bytes are JSON already."""
        return (self._text % {path: _json(value) for path, value in facts.items()}).encode()


def put(into: Any, path: str, value: object) -> None:
    """Set a value in JSON by its path."""
    *above, last = path.split(".")
    for key in above:
        into = into[int(key)] if isinstance(into, list) else into[key]
    into[int(last) if isinstance(into, list) else last] = value


def _json(value: object) -> str:
    kind = type(value)
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if kind is str:
        return encode_basestring_ascii(value)  # type: ignore[arg-type]  # kind says that it is text
    if kind is int:
        return str(value)
    if kind is bytes:
        return value.decode()  # type: ignore[attr-defined, no-any-return]  # kind says that it is bytes
    return ENCODER.encode(value)
