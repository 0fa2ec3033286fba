"""Finds the secrets within a secret: the key of a service account, the password of a connection string.

Sources: RFC 8259 (JSON), YAML 1.2, java.util.Properties, those of ``connection_strings``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from ingest_core.redaction.connection_strings import assigned
from ingest_core.redaction.telling import is_maskable, is_telling

Named = tuple[str, str]
"""A name, and the value that it is given."""

_NESTED = 4
"""A password in an address in JSON in JSON."""

_LONGEST_YAML = 64 * 1024
"""Characters. Longer YAML takes seconds to read; its lines are looked at all the same."""

_LINE = re.compile(r"""(?m)^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?["']?([\w.-]+)["']?[ \t]*[:=][ \t]*(\S[^\n]*)$""")
_SCHEME = re.compile(r"(?i)(?:bearer|basic|token)[ \t]+(\S+)\s*")


def inner_secrets(value: str) -> set[str]:
    """Give the secrets within one.

    Learned is a value whose name tells of a secret and that can be masked, and a private key whatever its name.

    Args:
        value: A secret. What is not structured holds none.
    """
    found: set[str] = set()
    seen = newest = {value}
    for _ in range(_NESTED):
        named = {pair for text in newest for pair in _named(text)}
        found |= {inner for name, inner in named if _is_secret(name, inner)}
        newest = {inner for _, inner in named} - seen
        seen = seen | newest
    return found - {value}


def _is_secret(name: str, inner: str) -> bool:
    return (is_telling(name) and is_maskable(inner)) or "PRIVATE KEY-----\n" in inner


def _named(text: str) -> Iterator[Named]:
    yield from _fields(text)
    yield from assigned(text)
    if scheme := _SCHEME.fullmatch(text):
        yield "token", scheme[1]
    for line in _LINE.finditer(text):
        yield from ((line[1], value) for value in _values(line[2].rstrip()))


def _values(written: str) -> Iterator[str]:
    """Give what a line assigns: as it stands, and without a comment; neither with the quotes around it."""
    for value in {written, written.partition(" #")[0].rstrip()}:
        bare = value.removesuffix(",")
        yield bare[1:-1] if bare[0] == bare[-1] and bare[0] in "\"'" else value


def _fields(text: str) -> Iterator[Named]:
    """Give the texts within JSON or YAML, each with the name nearest to it. Numbers of JSON tell nothing."""
    todo, seen = [("", held) for held in _read(text)], set[tuple[str, int]]()
    while todo:
        name, held = todo.pop()
        if isinstance(held, str):
            yield name, held
        elif isinstance(held, dict | list) and (name, id(held)) not in seen:
            seen.add((name, id(held)))  # YAML may hold one thing in very many places
            todo += held.items() if isinstance(held, dict) else ((name, inner) for inner in held)


def _read(text: str) -> list[object]:
    """Give what JSON or YAML holds; nothing where a text is neither."""
    begins_so = text.lstrip().startswith(("{", "["))
    found = _json(text) if begins_so else []
    may_be_yaml = ":" in text and (begins_so or "\n" in text) and len(text) <= _LONGEST_YAML
    return found or (_yaml(text) if may_be_yaml else [])


def _json(text: str) -> list[object]:
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return []


def _yaml(text: str) -> list[object]:
    try:
        return list(yaml.load_all(text, Loader=yaml.BaseLoader))  # makes texts, lists and mappings alone
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
