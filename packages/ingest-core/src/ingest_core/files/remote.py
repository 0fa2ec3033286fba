"""Files behind ``s3://`` and ``https://``, through fsspec (https://filesystem-spec.readthedocs.io)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import pyarrow as pa

from ingest_core.errors import JobError, Key, TransientError
from ingest_core.files.file import File, Seen
from ingest_core.files.remote_errors import retried, translated

_BLOCK_BYTES = 4 * 1024 * 1024
"""What is asked for at once."""

Info = Mapping[str, Any]


class _FileSystem(Protocol):
    """What is used of fsspec's."""

    def info(self, path: str) -> dict[str, Any]: ...

    def glob(self, path: str, *, detail: bool) -> dict[str, dict[str, Any]]: ...

    def open(self, path: str, mode: str, **options: Any) -> Any: ...  # noqa: ANN401  # fsspec's


class RemoteStore:
    """Files of one fsspec file system: see :class:`ingest_core.files.file.Store`.

    Args:
        inner: The file system; it must not remember listings.
        has_globs: Whether a path may be a pattern.
    """

    def __init__(self, inner: _FileSystem, *, has_globs: bool) -> None:
        self._inner = inner
        self._has_globs = has_globs

    def find(self, pattern: str, key: Key) -> list[File]:
        """List the files of a URL or pattern, in the order of their names.

        Args:
            pattern: As the job says it.
            key: Where in the job it stands.

        Raises:
            JobError: There is none, or none may be read.
            TransientError: The server cannot answer for now.
        """
        is_glob = self._has_globs and any(sign in pattern for sign in "*?[")
        try:
            with translated(pattern, key):
                found = retried(lambda: self._matching(pattern) if is_glob else {pattern: self._inner.info(pattern)})
        except FileNotFoundError:
            raise JobError(f"no file at {plain(pattern)}", "mend the path", key) from None
        files = {name: info for name, info in found.items() if info.get("type") == "file" and not name.endswith("/")}
        if not files:
            raise JobError(f"no file at {plain(pattern)}", "mend the path; it must name files, not a folder", key)
        for name, info in files.items():
            _refuse_page(name, info, key)
        return [File(plain(name), name, self, _seen(files[name])) for name in sorted(files)]

    def look(self, place: str) -> Seen:
        """Ask how a file is now."""
        try:
            with translated(place):
                return _seen(retried(lambda: self._inner.info(place)))
        except FileNotFoundError:
            raise _vanished(place) from None

    def open(self, place: str) -> BinaryIO:
        """Open a file; what is read ahead is bounded."""
        return cast("BinaryIO", io.BufferedReader(self._raw(place, "readahead"), 1024 * 1024))

    def stream(self, place: str) -> pa.NativeFile:
        """Open a file for Arrow."""
        return pa.PythonFile(self.open(place), mode="r")

    def pieces(self, place: str) -> pa.NativeFile:
        """Open a file for Arrow, which says what it needs."""
        raw = self._raw(place, "none")
        if not raw.seekable():
            raw.close()
            raise JobError(f"{plain(place)}: its server gives no parts of files", "copy it to where parts can be read")
        return pa.PythonFile(raw, mode="r")

    def _raw(self, place: str, cache: str) -> io.RawIOBase:
        try:
            with translated(place):
                inner = retried(lambda: self._inner.open(place, "rb", block_size=_BLOCK_BYTES, cache_type=cache))
        except FileNotFoundError:
            raise _vanished(place) from None
        return _Raw(inner, place)

    def _matching(self, pattern: str) -> dict[str, Info]:
        scheme = pattern.partition("://")[0]
        return {f"{scheme}://{name}": info for name, info in self._inner.glob(pattern, detail=True).items()}


class _Raw(io.RawIOBase):
    """A remote file whose errors are told in our words, and whose reads are tried again where that may help."""

    def __init__(self, inner: Any, place: str) -> None:  # noqa: ANN401  # fsspec's
        self._inner = inner
        self._place = place
        self._can_seek = _can_seek(inner)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._can_seek

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._inner.seek(offset, whence))

    def tell(self) -> int:
        return int(self._inner.tell())

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # whatever holds bytes
        try:
            with translated(self._place):
                data = self._read(len(buffer))
        except FileNotFoundError:
            raise _vanished(self._place) from None
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        # A stream cannot be asked again for what was half given.
        return cast("bytes", retried(lambda: self._inner.read(size)) if self.seekable() else self._inner.read(size))

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


def _can_seek(inner: Any) -> bool:  # noqa: ANN401  # fsspec's
    """Try it, which asks no server: fsspec's file over a server that gives no parts says that it can, and cannot."""
    try:
        inner.seek(1)
        inner.seek(0)
    except ValueError:
        return False
    return True


_SIGNATURES = {"sig", "signature"}
_LETS_IN = re.compile(
    r"(?i)(x-(amz|goog)-.*|sig|signature|(.*[_-])?(token|key|apikey|secret|password|passwd|auth|authorization|"
    r"credentials?)|accesstoken|authtoken|awsaccesskeyid|googleaccessid)"
)
"""Parameters of a URL that let one in: those that clouds sign with, and what others call theirs."""
_OF_SIGNATURES = {
    *("se", "sp", "sv", "sr", "st", "spr", "sip", "ss", "srt", "ske", "skt", "sks", "skv", "skoid", "sktid"),
    *("expires", "policy", "key-pair-id"),
}
"""What comes with a signature and is another each time."""


def plain(url: str) -> str:
    """Give a URL as it may be shown and kept: without what lets one in."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return url
    said = parse_qsl(parts.query, keep_blank_values=True)
    is_signed = any(name.lower() in _SIGNATURES or _LETS_IN.fullmatch(name) for name, _ in said)
    hidden = [name for name, _ in said if _LETS_IN.fullmatch(name) or (is_signed and name.lower() in _OF_SIGNATURES)]
    kept = [pair for pair in parts.query.split("&") if unquote_plus(pair.partition("=")[0]) not in hidden]
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="&".join(kept), fragment="").geturl()


def _seen(info: Info) -> dict[str, Any]:
    """Give size and etag; where there is none, the time of the last change."""
    seen: dict[str, Any] = {"size": info.get("size")}
    if etag := info.get("ETag"):
        seen["etag"] = str(etag).strip('"')
    elif modified := info.get("LastModified") or info.get("Last-Modified"):
        seen["modified"] = str(modified)
    return seen


def _refuse_page(name: str, info: Info, key: Key) -> None:
    if info.get("mimetype") == "text/html":
        raise JobError(
            f"{plain(name)} is a web page, not a file of rows",
            "name the file itself; a server may answer with a page where one must log in",
            key,
        )


def _vanished(place: str) -> TransientError:
    return TransientError(
        f"{plain(place)} vanished after it was listed", "run again when the files stay where they are"
    )
