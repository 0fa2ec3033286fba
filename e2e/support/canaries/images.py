"""What is in images: every file of every layer, and what is written about them."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import docker

from e2e.support.image_layers import configuration, saved

if TYPE_CHECKING:
    from docker.models.images import Image


def contents_of(names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Give every file of every layer of images, also those that a later layer hides, with settings and histories.

    Args:
        names: The images' names or ids. A layer that several have is read once.
    """
    seen: set[str] = set()
    # The largest first: it mostly holds what the others hold, which then need not be saved.
    for image in sorted(map(docker.from_env().images.get, names), key=lambda each: -int(each.attrs["Size"])):
        place = f"image {(image.tags or [image.short_id])[0]}"
        yield f"{place}, settings", _as_bytes(image.attrs)
        yield f"{place}, history", _as_bytes(image.history())
        for path, content in _files(image, seen):
            yield f"{place}, {path}", content
        seen.update(image.attrs["RootFS"]["Layers"])


def _files(image: Image, seen: Collection[str]) -> Iterator[tuple[str, bytes]]:
    if set(image.attrs["RootFS"]["Layers"]) <= set(seen):
        return
    with saved(str(image.id)) as archive:
        (manifest,) = json.loads(_content(archive, "manifest.json"))
        digests = configuration(archive)["rootfs"]["diff_ids"]
        for name, digest in zip(manifest["Layers"], digests, strict=True):
            if digest not in seen:
                yield from _files_of_layer(archive, name)


def _files_of_layer(archive: tarfile.TarFile, name: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=archive.extractfile(name)) as layer:
        for entry in layer:
            content = layer.extractfile(entry) if entry.isfile() else None
            yield f"{entry.name} {entry.linkname}".rstrip(), content.read() if content else b""


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    content = archive.extractfile(name)
    assert content is not None, name
    return content.read()


def _as_bytes(told: Any) -> bytes:  # noqa: ANN401  # whatever the engine tells
    return json.dumps(told).encode()
