"""Reads Nessie's references, logs and contents, all pages of them.

By version 2 of its API and as plain JSON: pynessie speaks version 1, in which the contents of a commit cannot be read
with one request, and it fails at kinds of contents that are newer than itself.

Source: Nessie's REST API, ``/api/v2`` (https://projectnessie.org/develop/rest/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests import RequestException, Session
from requests.auth import AuthBase

from ingest_core.catalogs.http import mount_everywhere
from ingest_core.errors import JobError, TransientError

REFUSED = (401, 403)


@dataclass(frozen=True)
class Content:
    """An Iceberg table as one commit has it.

    Args:
        id: What stays of it when it is renamed, or changed on another branch.
        metadata_location: The address of its metadata.
    """

    id: str
    metadata_location: str


@dataclass(frozen=True)
class LoggedCommit:
    """A commit in a log.

    Args:
        hash: Its hash.
        time: When it was made, by the server's clock, in UTC.
        contents: The tables that it put.
    """

    hash: str
    time: datetime
    contents: tuple[Content, ...]


@dataclass
class NessieApi:
    """Reads from a Nessie server. Closed by :meth:`close`.

    Args:
        address: Where its API is, without the version.
        authorization: What requests are authorized by, where the server wants that.
    """

    address: str
    authorization: AuthBase | None = None
    _session: Session = field(default_factory=Session)

    def __post_init__(self) -> None:
        self._session.auth = self.authorization
        mount_everywhere(self._session)

    def heads(self) -> Mapping[str, str]:
        """Give every branch and tag, and the hash of its head."""
        return {each["name"]: each["hash"] for each in self._pages("trees", "references")}

    def log(self, commit: str) -> Iterator[LoggedCommit]:
        """Read the log of a commit, which is its first entry, and whatever reference it belongs to."""
        for entry in self._pages(f"trees/@{commit}/history", "logEntries", fetch="ALL"):
            meta = entry["commitMeta"]
            put = (_content(each.get("content")) for each in entry.get("operations") or ())
            contents = tuple(each for each in put if each)
            yield LoggedCommit(meta["hash"], datetime.fromisoformat(meta["commitTime"]), contents)

    def contents(self, commit: str) -> Iterator[Content]:
        """Give all tables as they are at a commit."""
        for entry in self._pages(f"trees/@{commit}/entries", "entries", content="true"):
            if content := _content(entry.get("content")):
                yield content

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def _pages(self, path: str, name: str, **parameters: str) -> Iterator[Any]:
        while True:
            page = self._page(path, parameters)
            yield from page[name]
            if not page.get("hasMore"):
                return
            parameters["page-token"] = page["token"]

    def _page(self, path: str, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401  # any JSON
        try:
            answer = self._session.get(f"{self.address.rstrip('/')}/v2/{path}", params=parameters)
            if answer.status_code in REFUSED:
                text = f"Nessie refuses to show all of its branches and tags: {answer.reason}"
                raise JobError(text, "give the token's owner the right to read them", ("target", "catalog"))
            if not answer.ok:
                raise TransientError(f"Nessie failed: {answer.status_code} {answer.reason}", "run again")
            return answer.json()
        except RequestException as error:
            raise TransientError(f"Nessie does not answer: {type(error).__name__}", "run again") from error


def _content(said: Mapping[str, Any] | None) -> Content | None:
    if not said or said.get("type") != "ICEBERG_TABLE":
        return None
    return Content(str(said["id"]), str(said["metadataLocation"]))
