"""Pages by number and by place, whose records move to other pages when some are put in or taken out meanwhile.

Records that were put in push others onto later pages, where they come a second time: what was met is remembered.
Records that were taken out pull others onto pages that were read already, where nobody would see them: that is noticed,
and the pages are read once more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from ingest_core.errors import JobError, TransientError
from ingest_core.rest.client import Request
from ingest_core.rest.definition.paging import OffsetPaging, PagePaging
from ingest_core.rest.pages import Page, Turn, is_last, placed, refuse_more, sized

REMEMBERED = 16_384
"""Records that are known again."""

MOST_ALIKE = 2
"""Pages that are like the one before."""

MOST_EMPTY = 1_000
"""Pages without records, one behind the other, of an API that says that there is more."""

MOST_STEPS_BACK = 1_000
"""Pages that are read once more, before it is given up."""


class PlacedPager:
    """Pages begin at a place. Each overlaps the one before by a record: it stands there, or something moved."""

    needs_digests = True

    def __init__(self, spec: OffsetPaging) -> None:
        self._spec = spec
        self._place = spec.first
        self._size = spec.size.value if spec.size else 1
        self._known = _Known()
        self._back = _Back()

    def first(self, request: Request) -> Request:
        """See :class:`ingest_core.rest.pages.Pager`."""
        return self._at(sized(request, self._spec.size), self._spec.first)

    def turn(self, page: Page) -> Turn:
        """See :class:`ingest_core.rest.pages.Pager`."""
        is_first = self._place == self._spec.first
        is_joined = is_first or self._size == 1 or any(digest in self._known for digest in page.digests)
        if not is_joined:
            self._back.step()
            return Turn((), self._at(page.request, max(self._place - max(self._size - 1, 1), self._spec.first)))
        fresh = self._known.fresh(page.digests)
        if not fresh:
            self._back.step()
        # A page of which all is known is no end: as many may have been put in before it.
        if is_last(page, self._spec.more):
            return Turn(fresh, None)
        if len(page.digests) < min(self._size, 2):
            refuse_more(page, self._spec.more)
            return Turn(fresh, None)
        return Turn(fresh, self._at(page.request, self._place + max(len(page.digests) - 1, 1)))

    def _at(self, request: Request, place: int) -> Request:
        self._place = place
        return placed(request, self._spec.param, None, place)


class NumberedPager:
    """Pages have numbers. Where the API tells how many records there are, it is noticed if some were taken out."""

    needs_digests = True

    def __init__(self, spec: PagePaging) -> None:
        self._spec = spec
        self._number = spec.first
        self._size = spec.size.value if spec.size else 1
        self._total: int | None = None
        self._before: Sequence[str] = ()
        self._alike = 0
        self._known = _Known()
        self._back = _Back()

    def first(self, request: Request) -> Request:
        """See :class:`ingest_core.rest.pages.Pager`."""
        return self._at(sized(request, self._spec.size), self._spec.first)

    def turn(self, page: Page) -> Turn:
        """See :class:`ingest_core.rest.pages.Pager`."""
        gone = self._gone(page)
        fresh = self._known.fresh(page.digests)
        if gone and self._number > self._spec.first:
            self._back.step()
            self._before = ()
            back = max(self._number - -(-gone // self._size), self._spec.first)
            return Turn(fresh, self._at(page.request, back))
        if is_last(page, self._spec.more) or self._is_over(page):
            return Turn(fresh, None)
        return Turn(fresh, self._at(page.request, self._number + 1))

    def _is_over(self, page: Page) -> bool:
        """Tell whether there is no page behind this one, of which the answer does not say that it is the last.

        Some APIs give the last page for every number behind it: two pages may be alike because others were put in
        before them, three hardly. Where an API says that there is more, a page without records is one of which all
        were left out.

        Raises:
            JobError: It gives its first page for every number.
            TransientError: It says that there is more, and gives no other page.
        """
        is_same = self._before == page.digests
        self._alike, self._before = self._alike + 1 if is_same else 0, page.digests
        if self._alike >= (MOST_ALIKE if page.records else MOST_EMPTY):
            refuse_more(page, self._spec.more)
            self._refuse_first(page)
        return self._spec.more is None and (not page.records or self._alike >= MOST_ALIKE)

    def _refuse_first(self, page: Page) -> None:
        """Refuse to take the first page for the last of several: the API may not know what it is asked by."""
        is_first = self._number == self._spec.first + MOST_ALIKE
        is_all = len(page.records) < self._size or (self._total is not None and self._total <= self._size)
        if is_first and page.records and not is_all:
            raise JobError(
                "the API gives its first page for every number",
                "mend `paging.param`; if there is no other page, say where an answer tells so: `more` or `total`",
            )

    def _gone(self, page: Page) -> int:
        """Count the records that there are fewer than at the page before."""
        found = page.envelope.value(self._spec.total) if self._spec.total else None
        total = found if isinstance(found, int) else None
        before, self._total = self._total, total
        return max(before - total, 0) if before is not None and total is not None else 0

    def _at(self, request: Request, number: int) -> Request:
        self._number = number
        return placed(request, self._spec.param, None, number)


class _Known:
    """The records that were met last."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, digest: str) -> bool:
        return digest in self._digests

    def fresh(self, digests: Sequence[str]) -> list[int]:
        """Give the places of those that were not met yet, and remember all."""
        # On one page equal records are as many as they are: only what came on another page came again.
        fresh = [place for place, digest in enumerate(digests) if digest not in self._digests]
        self._digests.update(dict.fromkeys(digests))
        while len(self._digests) > REMEMBERED:
            self._digests.popitem(last=False)
        return fresh


class _Back:
    """Counts the pages that are read once more."""

    def __init__(self) -> None:
        self._steps = 0

    def step(self) -> None:
        """Count one.

        Raises:
            TransientError: They come to no end.
        """
        self._steps += 1
        if self._steps > MOST_STEPS_BACK:
            raise TransientError(
                "records move from page to page faster than they are read", "run again when fewer change"
            )
