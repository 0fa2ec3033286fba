"""Masks what is no text yet."""

from __future__ import annotations

from typing import Any

from ingest_core import Redactor


def masked(value: Any, redactor: Redactor) -> Any:  # noqa: ANN401  # JSON holds anything
    """Mask every text within a value of JSON: masked as one text, the whole could be JSON no more.

    Args:
        value: The value.
        redactor: Knows the secrets.
    """
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, dict):
        return {name: masked(inner, redactor) for name, inner in value.items()}
    return [masked(inner, redactor) for inner in value] if isinstance(value, list) else value
