"""What servers hold: every file of an S3 server's disk, and everything that Nessie tells of every reference."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

if TYPE_CHECKING:
    from docker.models.containers import Container

PER_PAGE = 500
SECONDS = 60
"""The longest wait for one answer of Nessie."""


def files_of(container: Container, folder: str) -> Iterator[tuple[str, bytes]]:
    """Read a folder of a container, whether it runs or not: of an S3 server all buckets, and uploads left unfinished.

    Args:
        container: Where it lies.
        folder: Its path there.

    Returns:
        Each file's path and bytes; a folder's path without any.
    """
    pieces, _ = container.get_archive(folder)
    with tempfile.TemporaryFile() as file:
        file.writelines(pieces)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            for entry in archive:
                content = archive.extractfile(entry)
                yield entry.name, content.read() if content else b""


def contents_of(address: str, per_page: int = PER_PAGE) -> Iterator[tuple[str, bytes]]:
    """Read all that a Nessie server tells: references, contents and the commit log of each.

    Source: Nessie's REST API, version 2 (``/api/v2/trees``).

    Args:
        address: The server's, on the host.
        per_page: How many entries to ask for at once; the server may give fewer.

    Returns:
        What it is, and the answer as it came.
    """
    trees, many = f"{address}/api/v2/trees", {"max-records": str(per_page)}
    seen = set()
    for name, answer in _pages(trees, "references", {**many, "fetch": "ALL"}):
        yield name, answer
        for reference in json.loads(answer)["references"]:
            # Many a branch shows what another one does.
            if reference["hash"] not in seen:
                seen.add(reference["hash"])
                at = f"{trees}/{quote('@' + reference['hash'], safe='')}"
                yield from _pages(f"{at}/entries", f"contents of {reference['name']}", {**many, "content": "true"})
                yield from _pages(f"{at}/history", f"log of {reference['name']}", {**many, "fetch": "ALL"})


def _pages(url: str, name: str, asked: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    number, token = 1, ""
    while number == 1 or token:
        following = {"page-token": token} if token else {}
        answer = requests.get(url, params={**asked, **following}, timeout=SECONDS)
        answer.raise_for_status()
        yield f"{name}, page {number}", answer.content
        told: dict[str, Any] = answer.json()
        number, token = number + 1, told.get("token") or ""
