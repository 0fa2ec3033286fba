"""Reads one line of JSON strictly, with every number as it is written.

Source: RFC 8259; what it leaves open (names that come twice, words for no number) is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn


class Number(str):
    """A number as it is written, so that nothing of it is lost before its type is known."""

    __slots__ = ()


class LineError(ValueError):
    """A line is not one JSON object; says why, in words that can follow the line's number."""


def parsed(line: bytes) -> dict[str, Any]:
    """Read a line.

    Args:
        line: Its bytes, without a mark at the beginning of the file.

    Returns:
        The object: values are ``None``, booleans, texts, :class:`Number`, lists and dictionaries.

    Raises:
        LineError: It is not one JSON object in UTF-8.
    """
    try:
        text = line.decode()
        found = _DECODER.decode(text)
        if "\\ud" in text.lower():  # half a pair of surrogates is no character
            written(found).encode()
    except UnicodeDecodeError as error:
        raise LineError(f"it is not UTF-8: {error}") from error
    except UnicodeEncodeError as error:
        raise LineError("a text in it holds half a character (a surrogate without its pair)") from error
    except json.JSONDecodeError as error:
        raise LineError(f"it is not whole JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise LineError("it is nested too deep") from error
    if not isinstance(found, dict):
        raise LineError(f"it is {_what(found)}, where a line is to be an object, {{...}}")
    return found


def written(value: Any) -> str:  # noqa: ANN401  # any JSON value
    """Write a value as JSON, its numbers as they were."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{_text(name)}:{written(each)}' for name, each in value.items())}}}"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LineError(f"the key {twice!r} comes twice in one object")
    return found


def _no_number(word: str) -> NoReturn:
    raise LineError(f"{word} is no JSON number; write null")


def _what(value: object) -> str:
    names = {Number: "a number", str: "a text", bool: "true or false", list: "a list", type(None): "null"}
    return names[type(value)]


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=_no_number, strict=True
)
