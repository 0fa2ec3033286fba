"""A file of a source: on this machine, in an object store, or behind a URL."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import pyarrow as pa

Seen = Mapping[str, Any]
"""By what a listing knows a file without reading it, as JSON: ``size`` in bytes and times, or an ``etag``."""


class Store(Protocol):
    """Where files are. Its errors are told in the words of a job: see ``open``."""

    def look(self, place: str) -> Seen:
        """Say how a file is now.

        Raises:
            TransientError: It is gone, or cannot be looked at for now.
        """

    def open(self, place: str) -> BinaryIO:
        """Open the stored bytes, seekable.

        Raises:
            JobError: It may not be read.
            TransientError: It is gone, or cannot be read for now.
        """

    def stream(self, place: str) -> pa.NativeFile:
        """Open the stored bytes for Arrow, seekable; raises as ``open`` does."""

    def pieces(self, place: str) -> pa.NativeFile:
        """Open the stored bytes for Arrow, to be read here and there: nothing is read ahead; raises likewise."""


@dataclass(frozen=True)
class File:
    """A file as it was listed.

    Args:
        name: Its path below the home folder, its whole path, or its URL: by this it is known.
        place: Where the store finds it.
        store: Where it is.
        seen: How it was when it was listed.
    """

    name: str
    place: str
    store: Store
    seen: Seen

    @property
    def size(self) -> int | None:
        """Stored bytes; ``None`` where the server does not say."""
        return self.seen.get("size")

    @property
    def changed(self) -> datetime | None:
        """When it was changed last, as its store says; ``None`` where that says nothing."""
        nanoseconds = self.seen.get("mtime_ns")
        return None if nanoseconds is None else datetime.fromtimestamp(nanoseconds / 1e9, UTC)

    @property
    def compression(self) -> str | None:
        """How its name says that it is compressed: ``gzip``, ``zstd``, or not at all."""
        return next((kind for ending, kind in _ENDINGS.items() if self.name.lower().endswith(ending)), None)

    @property
    def is_compressed(self) -> bool:
        """Whether its name says that it is compressed."""
        return self.compression is not None

    @property
    def path(self) -> Path | None:
        """Where it is on this machine; ``None`` where it is elsewhere."""
        return Path(self.place) if "://" not in self.place else None

    def open(self) -> BinaryIO:
        """Open it at its beginning, decompressed; seekable if it is not compressed.

        Raises:
            JobError: It may not be read.
            TransientError: It is gone.
        """
        raw = self.store.open(self.place)
        return _OPENED[self.compression](raw) if self.compression else raw

    def stream(self) -> pa.NativeFile:
        """Open it for Arrow, to be read once from its beginning, decompressed.

        On this machine no byte goes through Python, and Arrow's threads that read ahead touch no object of Python's.

        Raises:
            JobError: It may not be read.
            TransientError: It is gone.
        """
        stored = self.store.stream(self.place)
        return pa.CompressedInputStream(stored, self.compression) if self.compression else stored

    def pieces(self) -> pa.NativeFile:
        """Open the stored bytes for Arrow, to be read here and there: what is asked for is fetched, and no more.

        Raises:
            JobError: It may not be read, or its server gives no parts of it.
            TransientError: It is gone.
        """
        return self.store.pieces(self.place)


_ENDINGS = {".gz": "gzip", ".zst": "zstd"}


def _gunzipped(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=raw))


def _unzstd(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd"))


_OPENED: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {"gzip": _gunzipped, "zstd": _unzstd}
