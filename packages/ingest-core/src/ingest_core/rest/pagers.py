"""Goes from page to page, in each way that APIs have."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from requests.utils import parse_header_links

from ingest_core.errors import JobError
from ingest_core.rest.client import Request
from ingest_core.rest.client.addresses import below, raised, same_host
from ingest_core.rest.definition.paging import (
    LastIdPaging,
    LinkPaging,
    NextUrlPaging,
    NoPaging,
    OffsetPaging,
    PagePaging,
    PageSize,
    PagingSpec,
    TokenPaging,
)
from ingest_core.rest.moving import NumberedPager, PlacedPager
from ingest_core.rest.pages import Met, Page, Pager, Turn, is_last, placed, refuse_more, sized
from ingest_core.rest.records import Fields


def pager_of(spec: PagingSpec, base: str) -> Pager:
    """Make a pager.

    Args:
        spec: The way of paging.
        base: The API's address, outside of which no page lies.
    """
    match spec:
        case NoPaging():
            return OnePage(spec.size)
        case TokenPaging():
            return TokenPager(spec)
        case LastIdPaging():
            return LastIdPager(spec)
        case LinkPaging() | NextUrlPaging():
            return UrlPager(spec, base)
        case PagePaging():
            return NumberedPager(spec)
        case OffsetPaging():
            return PlacedPager(spec)


class OnePage:
    """There is one page."""

    needs_digests = False

    def __init__(self, size: PageSize | None) -> None:
        self._size = size

    def first(self, request: Request) -> Request:
        """See :class:`ingest_core.rest.pages.Pager`."""
        return sized(request, self._size)

    def turn(self, page: Page) -> Turn:
        """See :class:`ingest_core.rest.pages.Pager`."""
        del page
        return Turn(None, None)


class TokenPager:
    """The answer holds the token of the next page."""

    needs_digests = False

    def __init__(self, spec: TokenPaging) -> None:
        self._spec = spec
        self._met = Met()

    def first(self, request: Request) -> Request:
        """See :class:`ingest_core.rest.pages.Pager`."""
        return sized(request, self._spec.size)

    def turn(self, page: Page) -> Turn:
        """See :class:`ingest_core.rest.pages.Pager`."""
        if is_last(page, self._spec.more):
            return Turn(None, None)
        token = page.envelope.value(self._spec.token)
        if token in (None, "", False):
            refuse_more(page, self._spec.more)
            return Turn(None, None)
        self._met.meet(token)
        return Turn(None, placed(page.request, self._spec.param, self._spec.body, token))


class LastIdPager:
    """The next page begins behind the last record of this one."""

    needs_digests = False

    def __init__(self, spec: LastIdPaging) -> None:
        self._spec = spec
        self._fields = Fields([spec.field])
        self._met = Met()

    def first(self, request: Request) -> Request:
        """See :class:`ingest_core.rest.pages.Pager`."""
        return sized(request, self._spec.size)

    def turn(self, page: Page) -> Turn:
        """See :class:`ingest_core.rest.pages.Pager`."""
        if is_last(page, self._spec.more):
            return Turn(None, None)
        if not page.records:
            refuse_more(page, self._spec.more)
            return Turn(None, None)
        (last,) = self._fields.of(page.records[-1])
        if last is None:
            raise JobError(f"the last record of a page has no {self._spec.field!r}", "mend `paging.field`")
        self._met.meet(last)
        return Turn(None, placed(page.request, self._spec.param, None, last))


class UrlPager:
    """The answer, or its header `Link`, holds the address of the next page."""

    needs_digests = False

    def __init__(self, spec: LinkPaging | NextUrlPaging, base: str) -> None:
        self._spec = spec
        self._base = base
        self._met = Met()

    def first(self, request: Request) -> Request:
        """See :class:`ingest_core.rest.pages.Pager`."""
        return sized(request, self._spec.size)

    def turn(self, page: Page) -> Turn:
        """See :class:`ingest_core.rest.pages.Pager`."""
        url = self._url(page)
        if not url:
            return Turn(None, None)
        there = raised(urljoin(below(self._base, page.request.url), url), self._base)
        if not same_host(there, self._base):
            raise JobError("the next page lies at another host, which would be shown the credentials", "see the API")
        self._met.meet(there)
        return Turn(None, replace(page.request, url=there, params={}))

    def _url(self, page: Page) -> str:
        if isinstance(self._spec, NextUrlPaging):
            return str(page.envelope.value(self._spec.url) or "")
        # RFC 8288, section 3: a link may have several relations, divided by spaces.
        links = parse_header_links(page.envelope.headers.get("Link", ""))
        return next((link["url"] for link in links if self._spec.rel in link.get("rel", "").split()), "")
