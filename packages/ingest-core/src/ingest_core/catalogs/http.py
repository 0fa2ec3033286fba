"""How requests to a REST catalog are sent: with a time limit, reads tried again, commits never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.util import Retry

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session
    from urllib3 import BaseHTTPResponse

CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30


class BoundedRetry(Retry):
    """Waits as long as a server asks for, within reason: by ``Retry-After`` alone a run could be held for hours."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Tell how long to wait before trying again."""
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, LONGEST_PAUSE_SECONDS)


class RestAdapter(BaseAdapter):
    """Gives every request a time limit, which pyiceberg does not, and retries reads alone.

    Args:
        inner: Sends the requests, and signs them where that is asked for: last of all, over what is sent indeed.
    """

    def __init__(self, inner: HTTPAdapter | None = None) -> None:
        super().__init__()
        self._inner = inner or HTTPAdapter()
        self._inner.max_retries = BoundedRetry(
            total=3, backoff_factor=0.5, allowed_methods={"GET", "HEAD"}, status_forcelist={429, 502, 503, 504}
        )

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401  # requests' own signature
        """Send one request."""
        if isinstance(request.body, bytes) and b'"add-schema"' in request.body:
            request.prepare_body(with_last_column_id(request.body), None)
        kwargs["timeout"] = kwargs.get("timeout") or (CONNECT_SECONDS, ANSWER_SECONDS)
        return self._inner.send(request, *args, **kwargs)

    def close(self) -> None:
        """Close its connections."""
        self._inner.close()


def mount_everywhere(session: Session) -> None:
    """Put a time limit on all that a session sends, whatever sends it now."""
    for prefix, adapter in list(session.adapters.items()):
        if isinstance(adapter, HTTPAdapter):
            session.mount(prefix, RestAdapter(adapter))


def with_last_column_id(body: bytes) -> bytes:
    """Say the last column id where a commit adds a schema.

    The field is optional by now and pyiceberg leaves it out; Nessie 0.99 answers 500 to a commit without it. The id is
    that of the requirement, or the schema's highest where the schema adds columns. It never goes down, so that the id
    of a column that was taken away is never used again.

    Source: Apache Iceberg REST catalog specification, ``AddSchemaUpdate``, ``last-column-id``.

    Args:
        body: A commit, as JSON.
    """
    commit = json.loads(body)
    required = [each.get("last-assigned-field-id", 0) for each in commit.get("requirements", [])]
    for update in commit["updates"]:
        if update["action"] == "add-schema":
            update.setdefault("last-column-id", max([0, *required, *_field_ids(update["schema"])]))
    return json.dumps(commit).encode()


def _field_ids(part: Any) -> Iterator[int]:  # noqa: ANN401  # any part of a JSON document
    """Give the ids of all fields of a schema, nested ones too."""
    if isinstance(part, dict):
        yield from (part[key] for key in ("id", "element-id", "key-id", "value-id") if isinstance(part.get(key), int))
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _field_ids(inner)
