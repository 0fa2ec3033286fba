"""Finds adapters by name, through Python's entry points: ours and anyone's by the same door.

Source: Python Packaging User Guide, "Entry points specification".
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any

from ingest_core.documents import nearest
from ingest_core.errors import JobError

_EXTRAS = {
    **dict.fromkeys(("pynessie", "confuse", "marshmallow"), "nessie"),
    "boto3": "sigv4",
    "s3fs": "s3",
    "aiohttp": "http",
}
"""The extra that brings a module which some adapter imports."""


def registered(group: str) -> EntryPoints:
    """Give what is registered in a group, as it was when this process first asked.

    To look costs a read of every installed package, and a runner file's hundred jobs ask hundreds of times.
    """
    return _registered(group, tuple(sys.path))


@functools.cache
def _registered(group: str, path: tuple[str, ...]) -> EntryPoints:
    del path  # what is installed depends on it
    return entry_points(group=group)


def load_plugin(group: str, name: str) -> Any:  # noqa: ANN401  # each group has a port of its own
    """Load the adapter of a name.

    Args:
        group: For example ``ingest.catalogs``.
        name: The name under which it is registered.

    Raises:
        JobError: Nothing is registered under that name, or a package that it needs is not installed.
    """
    found = registered(group)
    if name not in found.names:
        close = nearest(name, found.names)
        mend = f"did you mean {close!r}?" if close else f"installed: {', '.join(sorted(found.names)) or 'none'}"
        raise JobError(f"nothing is installed under {group} named {name!r}", mend)
    return _load(found[name])


def load_plugins(group: str) -> list[Any]:
    """Load every adapter of a group, in the order of their names."""
    return [_load(point) for point in sorted(registered(group), key=lambda point: point.name)]


def _load(point: EntryPoint) -> Any:  # noqa: ANN401  # each group has a port of its own
    with explained_if_missing(f"{point.name!r} of {point.group}"):
        return point.load()


@contextlib.contextmanager
def explained_if_missing(what: str) -> Iterator[None]:
    """Turn a module that cannot be found into the line that installs it.

    Args:
        what: Who needs it.

    Raises:
        JobError: A module is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").split(".")[0]
        extra = _EXTRAS.get(module)
        install = f'pip install "ingest-core[{extra}]"' if extra else f"install the package that provides {module!r}"
        raise JobError(f"{what} needs {module!r}, which is not installed", install) from error
