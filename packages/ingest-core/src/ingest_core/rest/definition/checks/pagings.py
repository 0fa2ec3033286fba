"""Whether a way of paging says what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.paging import OffsetPaging, PagePaging, PageSize, PagingSpec, TokenPaging


def paging_faults(paging: PagingSpec, key: Key) -> Iterator[Fault]:
    """Find what a way of paging lacks.

    Args:
        paging: The way.
        key: Its place in the file.
    """
    if isinstance(paging, TokenPaging):
        yield from _placed_faults(paging, "the token", key)
    if paging.size is not None:
        yield from _placed_faults(paging.size, "the size", (*key, "size"))
    if isinstance(paging, PagePaging | OffsetPaging) and paging.size is None and paging.more is None:
        yield Fault("nothing tells which page is the last", "say `size`, or `more`", key)
    if isinstance(paging, PagePaging) and paging.total is not None and paging.size is None:
        yield Fault("to go back by as many pages as `total` tells, their size must be known", "say `size`", key)
    if isinstance(paging, OffsetPaging) and paging.size is not None and paging.size.value == 1:
        yield Fault("pages of one record cannot overlap", "ask for more", (*key, "size", "value"))


def _placed_faults(said: TokenPaging | PageSize, what: str, key: Key) -> Iterator[Fault]:
    if (said.param is None) == (said.body is None):
        problem = f"{what} goes nowhere" if said.param is None else f"{what} goes into two places"
        yield Fault(problem, "say either `param` or `body`", key)
