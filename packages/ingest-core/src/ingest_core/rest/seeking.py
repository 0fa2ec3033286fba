"""Asks for the next page by the last row's value, so that rows which move meanwhile take no others along.

Rows of one value that fill a page and more are asked for by the paging's token, under which a row that moves on pulls
another onto a page that was read. So they are asked for again, until that brings none that is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest_core.rest.asking import Asking
from ingest_core.rest.board import Stretch
from ingest_core.rest.client import Request
from ingest_core.rest.definition.paging import LastIdPaging
from ingest_core.rest.pagers import pager_of
from ingest_core.rest.pages import Pager


class Seeking:
    """Goes from page to page of one stretch by its rows' values, and by the paging's token where these do not move on.

    Args:
        asking: How pages are asked for.
        stretch: The stretch.
        begun: The request of its first page.
    """

    def __init__(self, asking: Asking, stretch: Stretch, begun: Request) -> None:
        self._asking = asking
        self._stretch = stretch
        self._begun = begun
        self._point: int | None = None
        self._tie: int | None = None
        self._is_passed = self._is_moving = False

    @property
    def is_on(self) -> bool:
        """Whether the definition asks for it."""
        return self._asking.cursor is not None and self._asking.cursor.seek

    def is_read(self, value: int) -> bool:
        """Tell whether a row was read before: a filter that is coarser than the values brings some once more."""
        if self._point is None:
            return False
        return value > self._point if self._is_descending else value < self._point

    def meet(self, rows: Iterable[tuple[int | None, bool]]) -> None:
        """Look at a page.

        Args:
            rows: The value of each of its rows, and whether it is new.
        """
        if self._tie is None:
            return
        for value, is_new in rows:
            self._is_passed |= self._is_beyond(value)
            self._is_moving |= is_new and value == self._tie

    def is_put_off(self, value: int | None) -> bool:
        """Tell whether a row comes again, by a request from where those of the value before it end."""
        return self._tie is not None and self._is_beyond(value) and (self._is_moving or self._goes_on)

    def next(self, pager: Pager, request: Request | None, values: Sequence[int]) -> tuple[Pager, Request | None]:
        """Give the request of the next page, and the pager that takes it.

        Args:
            pager: The page's pager.
            request: What it would ask for; ``None`` where there is no more.
            values: The page's values, without those that are put off.
        """
        if self._tie is not None:
            if request is not None and not self._is_passed:
                return pager, request
            if self._is_moving or (self._is_passed and self._goes_on):
                return self._onward(self._tie)
            self._tie = None
        if request is None or not values:
            return pager, request
        if min(values) == max(values):
            if self._may_move:
                self._tie, self._is_passed, self._is_moving = values[0], False, True
            return pager, request
        point = min(values) if self._is_descending else max(values)
        anew = pager_of(self._asking.paging, self._asking.base)
        sought = anew.first(self._request(point))
        if sought == self._begun:  # as the filter writes it, the value did not move on
            return pager, request
        self._point, self._begun = point, sought
        return anew, sought

    @property
    def _may_move(self) -> bool:
        """Whether rows may move under the paging, and are known again: the last row's id goes by the row itself."""
        return bool(self._asking.identity) and not isinstance(self._asking.paging, LastIdPaging)

    def _onward(self, tie: int) -> tuple[Pager, Request]:
        """Ask for the rows of the value once more; where none was new, for those behind them."""
        point = tie if self._is_moving else self._behind
        pager = pager_of(self._asking.paging, self._asking.base)
        self._point, self._begun = point, pager.first(self._request(point))
        self._tie = tie if self._is_moving else None
        self._is_passed = self._is_moving = False
        return pager, self._begun

    @property
    def _goes_on(self) -> bool:
        """Whether what lies behind the value can be asked for: a coarse filter does not tell the two apart."""
        begin, end = self._stretch.begin, self._stretch.end
        is_within = begin <= self._behind and (end is None or self._behind < end)
        return is_within and self._request(self._behind) != self._request(self._tie or 0)

    @property
    def _behind(self) -> int:
        return (self._tie or 0) + (-self._asking.step if self._is_descending else self._asking.step)

    def _is_beyond(self, value: int | None) -> bool:
        if value is None or self._tie is None:
            return False
        return value < self._tie if self._is_descending else value > self._tie

    @property
    def _is_descending(self) -> bool:
        return self._asking.cursor is not None and self._asking.cursor.order == "descending"

    def _request(self, point: int) -> Request:
        begin, end, parent = self._stretch.begin, self._stretch.end, self._stretch.parent
        if self._is_descending:
            return self._asking.request(begin, point + self._asking.step, parent)
        return self._asking.request(point, end, parent)
