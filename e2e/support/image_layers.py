"""Walks through every layer of an image as it is saved: also what a later layer hides is seen.

Source: OCI image specification, "Image Layer Filesystem Changeset"; `docker save`'s manifest.json.
"""

from __future__ import annotations

import contextlib
import json
import tarfile
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import docker

PIECE = 1 << 20
HIDES = ".wh."


@contextlib.contextmanager
def saved(image: str) -> Iterator[tarfile.TarFile]:
    """Save an image to a file that is gone afterwards.

    Args:
        image: Its id or name.
    """
    with tempfile.TemporaryFile() as archive:
        for piece in docker.from_env(timeout=600).images.get(image).save(chunk_size=PIECE):
            archive.write(piece)
        archive.seek(0)
        with tarfile.open(fileobj=archive) as opened:
            yield opened


def files(image: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Give every entry of every layer, the lowest layer first.

    Args:
        image: As :func:`saved` gives it.

    Returns:
        Its path without a slash in front, and its content; no content of a folder, a link or a device, nor of the mark
        that hides a file of a lower layer.
    """
    (manifest,) = json.load(_content(image, "manifest.json"))
    for layer in manifest["Layers"]:
        with tarfile.open(fileobj=_content(image, layer)) as opened:
            for entry in opened:
                path = entry.name.removeprefix("./").lstrip("/")
                whole = entry.isfile() and not path.rpartition("/")[2].startswith(HIDES)
                yield path, opened.extractfile(entry) if whole else None


def configuration(image: tarfile.TarFile) -> dict[str, Any]:
    """Give an image's configuration with its history: whatever a build's commands said stands there."""
    (manifest,) = json.load(_content(image, "manifest.json"))
    found: dict[str, Any] = json.load(_content(image, manifest["Config"]))
    return found


def _content(image: tarfile.TarFile, name: str) -> IO[bytes]:
    content = image.extractfile(name)
    assert content is not None, name
    return content
