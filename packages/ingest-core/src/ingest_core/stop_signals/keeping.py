"""Tells a stop from the errors that it leads to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

_INTERRUPTED = "Query interrupted"
"""What DuckDB raises, as a RuntimeError, in the place of what a signal's handler raised amid a query."""


@contextlib.contextmanager
def kept_a_stop() -> Iterator[None]:
    """Let a stop end what goes on here also where an error took its place, one of the cleaning that it began.

    Raises:
        KeyboardInterrupt: An error was raised while one was on its way.
    """
    try:
        yield
    except Exception as error:
        if _is_of_a_stop(error):
            raise KeyboardInterrupt from error
        raise


def _is_of_a_stop(error: BaseException | None) -> bool:
    while error is not None and not _is_a_stop(error):
        error = error.__context__
    return error is not None


def _is_a_stop(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt) or (type(error) is RuntimeError and error.args == (_INTERRUPTED,))
