"""Lines of JSON stay JSON: a number that is a secret becomes a text, as stars alone are no value.

Source: RFC 8259 (JSON), https://jsonlines.org (one value a line).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ingest_core.redaction.mask import MASK

Mask = Callable[[str], str]
"""Masks a text, whatever becomes of JSON in it."""

WITHHELD = json.dumps({"event": "a line was withheld: masking it would break its JSON"})


def keep_json(text: str, masked: str, mask: Mask) -> str:
    """Put right the lines that were JSON and are none any more since they were masked.

    Args:
        text: Lines as they were.
        masked: The same lines, masked.
        mask: How they were masked.
    """
    before, after = text.split("\n"), masked.split("\n")
    if len(before) != len(after):  # a secret of several lines, which is none within JSON
        return masked
    changed = [
        place
        for place, (line, found) in enumerate(zip(before, after, strict=True))
        if line != found and line.lstrip().startswith(("{", "["))
    ]
    if _are_json([after[place] for place in changed]):
        return masked
    for place in changed:
        after[place] = _kept(before[place], after[place], mask)
    return "\n".join(after)


def _are_json(lines: Sequence[str]) -> bool:
    """Tell whether all lines are JSON: read as one list, which takes a third of the time of one after the other."""
    return _is_json(f"[{','.join(lines)}]", len(lines))


def _kept(line: str, masked: str, mask: Mask) -> str:
    if _is_json(masked) or not _is_json(line):
        return masked
    number = partial(_number, mask=mask)
    again = json.dumps(_by_value(json.loads(line, parse_int=number, parse_float=number), mask))
    # What reaches from one value into the next is still there.
    safe = again if mask(again) == again else WITHHELD
    return safe + line[len(line.rstrip()) :]


def _is_json(text: str, count: int | None = None) -> bool:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return count is None or len(found) == count


def _number(text: str, mask: Mask) -> int | float | str:
    if mask(text) != text:
        return MASK
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _by_value(value: Any, mask: Mask) -> Any:  # noqa: ANN401  # JSON holds anything
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_by_value(inner, mask) for inner in value]
    if isinstance(value, dict):
        return {mask(name): _by_value(inner, mask) for name, inner in value.items()}
    return value
