"""One object of the seed: what every value in it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from standins.seeding import digest_of, name_of

PREFIXES = {
    "customers": "cus_",
    "charges": "ch_",
    "invoices": "in_",
    "subscriptions": "sub_",
    "products": "prod_",
    "prices": "price_",
    "refunds": "re_",
    "balance_transactions": "txn_",
    "events": "evt_",
}


def id_of(seed: int, kind: str, index: int) -> str:
    """Give the id of the object of that number."""
    return PREFIXES[kind] + name_of(seed, kind, index)


@dataclass(frozen=True)
class Seeded:
    """An object that is to be made.

    Args:
        seed: What all is made from.
        kind: The name of its kind in paths, as ``customers``.
        index: Its number among those of its kind, from 0, the oldest.
        created: When it was created, in seconds since 1970.
        many: How many objects each kind has.
    """

    seed: int
    kind: str
    index: int
    created: int
    many: int

    @property
    def id(self) -> str:
        """Give its id."""
        return id_of(self.seed, self.kind, self.index)

    @cached_property
    def bits(self) -> bytes:
        """Give sixteen numbers from 0 to 255 that are its own."""
        return digest_of(self.seed, self.kind, self.index, "bits")

    @property
    def amount(self) -> int:
        """Give an amount of money in cents."""
        return 100 + (self.bits[0] << 8 | self.bits[1])

    def other(self, kind: str) -> str:
        """Give the id of an object that it belongs to, one of the seed's."""
        number = int.from_bytes(self.bits[2:6], "big")
        return id_of(self.seed, kind, number % max(1, self.many))

    def twin(self, kind: str) -> str:
        """Give the id of the object of that kind with the same number."""
        return id_of(self.seed, kind, self.index)
