"""Asks for the next page by the last row's value, so that rows which move meanwhile take no others along."""

from __future__ import annotations

from collections.abc import Sequence

from ingest_core.rest.asking import Asking
from ingest_core.rest.board import Stretch
from ingest_core.rest.client import Request
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

    @property
    def is_on(self) -> bool:
        """Whether the definition asks for it."""
        return self._asking.cursor is not None and self._asking.cursor.seek

    def is_read(self, value: int) -> bool:
        """Tell whether a row was read before: a filter that is coarser than the values brings some once more."""
        if self._point is None:
            return False
        return value > self._point if self._is_descending else value < self._point

    def next(self, pager: Pager, request: Request, values: Sequence[int]) -> tuple[Pager, Request]:
        """Give the request of the next page, and the pager that takes it.

        Args:
            pager: The page's pager.
            request: What it would ask for.
            values: The page's values.
        """
        if min(values) == max(values):
            return pager, request
        point = min(values) if self._is_descending else max(values)
        anew = pager_of(self._asking.paging, self._asking.base)
        sought = anew.first(self._request(point))
        if sought == self._begun:  # as the filter writes it, the value did not move on
            return pager, request
        self._point, self._begun = point, sought
        return anew, sought

    @property
    def _is_descending(self) -> bool:
        return self._asking.cursor is not None and self._asking.cursor.order == "descending"

    def _request(self, point: int) -> Request:
        begin, end, parent = self._stretch.begin, self._stretch.end, self._stretch.parent
        if self._is_descending:
            return self._asking.request(begin, point + self._asking.step, parent)
        return self._asking.request(point, end, parent)
