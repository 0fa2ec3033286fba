"""Tells a stop from the errors that it leads to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


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
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
