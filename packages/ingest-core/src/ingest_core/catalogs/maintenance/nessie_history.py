"""Gathers what Nessie's branches and tags show, and what they showed since a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_core.catalogs.maintenance.nessie_api import Content, NessieApi

CLOCKS_DIFFER = timedelta(hours=1)
"""By how much the clocks of Nessie's servers, which tell when a commit was made, may differ from ours."""


class NessieHistory:
    """All contents that any reference shows, or showed at a moment or since. No log is read twice.

    Args:
        api: The server.
        since: The moment, in UTC.

    Attributes:
        shown: What references show, and which of them.
        past: What one showed, and none may show by now.
    """

    def __init__(self, api: NessieApi, since: datetime) -> None:
        self._api = api
        self._since = since - CLOCKS_DIFFER
        self._read: set[str] = set()
        self._walked: set[str] = set()
        self.shown: dict[Content, str] = {}
        self.past: set[Content] = set()

    def look(self) -> None:
        """Read what references show now, and what came to be since the last look.

        Everything is read by hash, so that a branch which is merged and deleted meanwhile is read all the same.
        """
        for reference, head in self._api.heads().items():
            if head not in self._read:
                self._read.add(head)
                self.shown.update((content, reference) for content in self._api.contents(head))
            if head not in self._walked:
                self._walk(head)

    def _walk(self, head: str) -> None:
        """Read a log back to the moment, or to where another log was read on from."""
        walked = []
        for commit in self._api.log(head):
            if commit.hash in self._walked:
                break
            walked.append(commit.hash)
            self._note(commit.contents)
            if commit.time < self._since:
                if commit.hash not in self._read:
                    self._note(self._api.contents(commit.hash))
                break
        self._walked.update(walked)

    def _note(self, contents: Iterable[Content]) -> None:
        self.past.update(contents)
