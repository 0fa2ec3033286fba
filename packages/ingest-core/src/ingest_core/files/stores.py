"""Finds where the files of a path are, by its scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ingest_core.documents import nearest
from ingest_core.errors import JobError, Key
from ingest_core.files.file import File, Store
from ingest_core.files.local import LOCAL, local_file
from ingest_core.files.paths import by_file, matching_files
from ingest_core.files.remote import RemoteStore
from ingest_core.registry.entry_points import explained_if_missing


class FileOptions(BaseModel):
    """What a job's ``with`` may say, whatever the format."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: str | None = Field(default=None, description="The access key of an S3 store; else the environment's.")
    secret: str | None = Field(default=None, description="The secret that belongs to the key.")
    token: str | None = Field(default=None, description="The session token that belongs to the key, if it has one.")
    endpoint_url: str | None = Field(default=None, description="Where an S3 store answers, if it is not Amazon's.")
    region: str | None = Field(default=None, description="The region of an S3 store.")
    anonymous: bool = Field(default=False, description="Whether to ask an S3 store without credentials.")


class Stores:
    """The stores of one source, each made when a path first needs it.

    Args:
        home: Where relative paths start.
        options: How to reach S3.
    """

    def __init__(self, home: Path, options: FileOptions) -> None:
        self._home = home
        self._options = options
        self._remote: dict[str, RemoteStore] = {}

    def find(self, paths: Mapping[Key, str]) -> list[list[File]]:
        """List the files of paths and patterns: each with all its names.

        Args:
            paths: By where in the job each stands.

        Raises:
            JobError: A path names no file, or none that may be read.
            TransientError: A store cannot answer for now.
        """
        local: set[Path] = set()
        remote: dict[str, File] = {}
        for key, path in paths.items():
            if "://" in path:
                for file in self._store(path, key).find(path, key):
                    other = remote.setdefault(file.name, file)
                    if other.place != file.place:
                        what = f"two addresses differ only in what lets one in: {file.name}"
                        raise JobError(what, "name one of them, or land them as objects of their own", key)
            else:
                local |= {*matching_files(path, self._home, key)}
        return [*self._named(sorted(local)), *([remote[name]] for name in sorted(remote))]

    def of(self, place: str) -> Store:
        """Give the store of a file that was listed."""
        return self._store(place, ()) if "://" in place else LOCAL

    def _named(self, files: Sequence[Path]) -> list[list[File]]:
        return [[local_file(each, self._home) for each in names] for names in by_file(files)]

    def _store(self, path: str, key: Key) -> RemoteStore:
        scheme = path.partition("://")[0]
        if scheme not in _MADE:
            close = nearest(scheme, _MADE)
            mend = f"did you mean {close}://?" if close else "paths are local, or begin with s3:// or https://"
            raise JobError(f"there are no files at {scheme}://", mend, key)
        if scheme not in self._remote:
            with explained_if_missing(f"a path of {scheme}://"):
                self._remote[scheme] = _MADE[scheme](self._options)
        return self._remote[scheme]


def _s3(options: FileOptions) -> RemoteStore:
    import s3fs  # noqa: PLC0415  # an extra

    client: dict[str, Any] = {"endpoint_url": options.endpoint_url, "region_name": options.region}
    inner = s3fs.S3FileSystem(
        anon=options.anonymous,
        key=options.key,
        secret=options.secret,
        token=options.token,
        client_kwargs={name: value for name, value in client.items() if value},
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    return RemoteStore(inner, has_globs=True)


def _http(options: FileOptions) -> RemoteStore:  # noqa: ARG001  # it has none
    import aiohttp  # noqa: F401, PLC0415  # an extra; fsspec's own words for its absence are no mend
    from fsspec.implementations.http import HTTPFileSystem  # noqa: PLC0415  # an extra

    from ingest_core.files.addresses import guarded_session  # noqa: PLC0415  # an extra

    inner = HTTPFileSystem(get_client=guarded_session, use_listings_cache=False, skip_instance_cache=True)
    return RemoteStore(inner, has_globs=False)


_MADE: Mapping[str, Callable[[FileOptions], RemoteStore]] = {"s3": _s3, "https": _http, "http": _http}
