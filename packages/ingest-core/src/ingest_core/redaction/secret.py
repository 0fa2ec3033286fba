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

    def __init__(self, value: str, name: str) -> None:
        self._value = value
        self.name = name

    def reveal(self) -> str:
        """Give the value, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"<secret {self.name}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self.name))

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} must not be pickled: it would be written in clear")
