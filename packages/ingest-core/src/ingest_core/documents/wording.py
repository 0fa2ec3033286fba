"""Says in the user's words what pydantic found wrong with a value. The value is never told: it may be a secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ingest_core.documents.names import nearest

_KINDS = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "date_type": "must be a date",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping of keys",
    "model_attributes_type": "must be a mapping of keys",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "literal_error": "must be {expected}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "byte_size": "must be a number of bytes, such as 512MB or 1GiB",
    "byte_size_unit": "must be a number of bytes, such as 512MB or 1GiB",
}
"""By pydantic's kinds of errors (https://docs.pydantic.dev/latest/errors/validation_errors/)."""

_TAGS = ("union_tag_invalid", "union_tag_not_found")


def worded(detail: Mapping[str, Any], value: object) -> tuple[str, str]:
    """Say what is wrong and how it is mended.

    Args:
        detail: One of pydantic's errors, without its input.
        value: What stands in the file, for finding the mend.

    Returns:
        The problem and the mend; the latter may be empty.
    """
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind in _TAGS:
        return _tagged(kind, context, value)
    if kind not in _KINDS:
        return str(detail["msg"]).removeprefix("Value error, "), ""
    return _KINDS[kind].format(**context), _mend(kind, str(context.get("expected", "")), value)


def _tagged(kind: str, context: Mapping[str, Any], value: object) -> tuple[str, str]:
    """Say what is wrong with the key that tells the kinds of a mapping apart; pydantic would repeat its value."""
    key = str(context["discriminator"]).strip("'")
    if kind == "union_tag_not_found":
        return f"the key {key!r} is missing", "say which it is"
    expected = str(context["expected_tags"])
    said = value.get(key) if isinstance(value, Mapping) else None
    return f"`{key}` must be one of {expected}", _mend("literal_error", expected, said)


def _mend(kind: str, expected: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, bool | int | float | date):
        return "put it in quotes"
    if kind == "literal_error" and isinstance(value, str):
        known = [option.strip("' ") for option in expected.replace(" or ", ",").split(",")]
        close = nearest(value.lower(), known)
        return f"did you mean {close!r}?" if close else ""
    return ""
