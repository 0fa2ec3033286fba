"""Reads files of secrets. A fault in one is told by its place alone: what stands there may be a secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import yaml

from ingest_core.documents import read_yaml
from ingest_core.errors import Fault, JobError

_QUOTES = "put values between single quotes"


def read_text(file: Path) -> str:
    """Read a file as it stands.

    Raises:
        JobError: It cannot be read, or is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        mend = "let the user that runs ingest read it" if isinstance(error, PermissionError) else ""
        raise JobError.of([Fault(f"cannot be read: {reason}", mend, where=str(file))]) from None


def read_group(file: Path) -> Mapping[str, str]:
    """Read a file that holds several secrets, by its ending: one of ``ENDINGS``.

    Returns:
        Each value as it is written there: ``007`` stays ``007``, ``yes`` stays ``yes``.

    Raises:
        JobError: It cannot be read, or holds something else than names with values.
    """
    return _READERS[file.suffix](file)


def _yaml(file: Path) -> Mapping[str, str]:
    text = read_text(file)
    try:
        typed = read_yaml(file).data
    except JobError as error:
        # Faults of YAML quote what they found: a value that begins with an asterisk, say.
        wheres = {fault.where or str(file) for fault in error.faults}
        faults = [Fault("is not plain YAML here", _QUOTES, where=where) for where in sorted(wheres)]
        raise JobError.of(faults) from None
    _check(file, typed)
    # Read again without types, as these would lose zeros in front and the spelling of what is no text.
    texts: Mapping[str, str] = yaml.load(text, Loader=yaml.BaseLoader) or {}  # noqa: S506  # makes texts, lists and mappings alone
    return texts


def _json(file: Path) -> Mapping[str, str]:
    try:
        data = json.loads(
            read_text(file), object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        problem = "is not JSON, or a name stands in it twice"
        raise JobError.of([Fault(problem, where=f"{file}{line}")]) from None
    _check(file, data)
    return {name: json.dumps(value) if isinstance(value, bool) else value for name, value in data.items()}


def _unique(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made


def _check(file: Path, data: object) -> None:
    """Refuse what is no mapping from names to single values."""
    if data is None:
        return
    if not isinstance(data, dict):
        raise JobError.of([Fault("must hold names with values", "write `name: value` lines", where=str(file))])
    odd = [name for name, value in data.items() if value is None or isinstance(value, dict | list)]
    faults = [Fault("must be one value", _QUOTES, (name,), str(file)) for name in odd]
    if faults:
        raise JobError.of(faults)


def _env(file: Path) -> Mapping[str, str]:
    """Read ``NAME=value`` lines, with or without ``export``; ``#`` starts a comment line."""
    values: dict[str, str] = {}
    for number, line in enumerate(read_text(file).splitlines(), 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or name.strip() in values:
            problem = "a name stands twice" if equals else "is no NAME=value line"
            mend = "values of several lines go into .yaml, or a file of their own"
            raise JobError.of([Fault(problem, mend, where=f"{file}:{number}")])
        values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


_READERS: Mapping[str, Callable[[Path], Mapping[str, str]]] = {".yaml": _yaml, ".json": _json, ".env": _env}

ENDINGS = tuple(_READERS)
"""Of files that hold several secrets."""
