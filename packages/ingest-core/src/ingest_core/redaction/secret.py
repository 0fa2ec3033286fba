"""A value that does not show itself."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A secret with its name. Printing, formatting and comparing it tell nothing of the value; pickling is refused.

    Args:
        value: The value.
        name: As jobs name it, for example ``stripe.api_key``.
    """

    __slots__ = ("_value", "name")

    _value: str
    name: str

    def __init__(self, value: str, name: str) -> None:
        object.__setattr__(self, "_value", value)
        object.__setattr__(self, "name", name)

    def reveal(self) -> str:
        """Give the value, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"<secret {self.name}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{self!r} cannot be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        same = hmac.compare_digest(_bytes(self._value), _bytes(other._value))
        return same and self.name == other.name

    def __hash__(self) -> int:
        return hash((Secret, self.name))

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} must not be pickled: it would be written in clear")


def _bytes(value: str) -> bytes:
    # surrogatepass: a value read from the environment may hold bytes that are no UTF-8.
    return value.encode("utf-8", "surrogatepass")
