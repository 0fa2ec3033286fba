"""Parameters as Stripe takes them: names with brackets, in a query or in a form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from standins.stripe_api.errors import StripeError, unknown

Parameters = dict[str, Any]
"""Text by name; below it, lists (``types[]``, ``expand[0]``) and maps (``created[gte]``, ``metadata[key]``)."""
KEYS = re.compile(r"\[([^\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Read parameters, to any depth."""
    found: Parameters = {}
    for name, value in pairs:
        top, _, _ = name.partition("[")
        _put(found, [top, *KEYS.findall(name)], value)
    return {name: _lists(value) for name, value in found.items()}


def _put(into: Parameters, keys: list[str], value: str) -> None:
    *above, last = keys
    for key in above:
        below = into.setdefault(key, {})
        if not isinstance(below, dict):
            raise StripeError(400, "Invalid request: a parameter is given as text and as a map", param=key)
        into = below
    into[last or str(len(into))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    below = {key: _lists(each) for key, each in value.items()}
    return list(below.values()) if below and all(key.isdecimal() for key in below) else below


def only(given: Parameters, known: Collection[str]) -> None:
    """Refuse a parameter that is not known.

    Raises:
        StripeError: There is one; it is named.
    """
    for name in given:
        if name not in known:
            raise unknown(name)


def whole(text: object, param: str) -> int:
    """Read an integer.

    Raises:
        StripeError: It is none.
    """
    if not isinstance(text, str) or not re.fullmatch(r"-?\d+", text):
        raise StripeError(400, f"Invalid integer: {text}", "parameter_invalid_integer", param)
    return int(text)


def typed(value: Any, kind: type, param: str) -> Any:
    """Read a value that is to be written; empty text takes it away.

    Raises:
        StripeError: It is not of that type.
    """
    if value == "":
        return {} if kind is dict else None
    if kind is int:
        return whole(value, param)
    if kind is bool:
        return boolean(value, param)
    if not isinstance(value, kind):
        raise StripeError(400, f"Invalid {'object' if kind is dict else 'string'}", param=param)
    return value


def boolean(value: object, param: str) -> bool:
    """Read true or false.

    Raises:
        StripeError: It is neither.
    """
    if value not in {"true", "false"}:
        raise StripeError(400, f"Invalid boolean: {value}", param=param)
    return value == "true"
