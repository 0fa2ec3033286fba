"""Secrets in ``secrets/<tenant>/``: ``<group>.yaml``, ``<group>.json``, ``<group>.env``, or a file per secret.

``stripe.api_key`` is the key ``api_key`` of ``stripe.yaml`` (or ``.json``, ``.env``), or the content of a file named
``stripe.api_key``, less one line end at its end. A file of several secrets is never one itself, nor is a copy that an
editor left of it: all of them would be handed to whoever gets this one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ingest_core.documents import nearest
from ingest_core.errors import Fault, JobError
from ingest_core.secret_stores.guarding import guarded
from ingest_core.secret_stores.lookalikes import is_no_secret
from ingest_core.secret_stores.secret_files import ENDINGS, read_group, read_text


class FolderStore:
    """Looks secrets up in the tenant's folder.

    Args:
        home: The home folder, which holds ``secrets/``.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "secrets"

    def find(self, tenant: str, name: str) -> str | None:
        """See :class:`ingest_core.plugin.SecretStore`. What stands in two files is refused: one of them is stale."""
        folder = self._folder / tenant
        found = list(_found(folder, name))
        if len(found) > 1:
            files = " and in ".join(str(file) for file, _ in found)
            raise JobError.of([Fault(f"the secret {name!r} stands in {files}", "keep one of them")])
        if not found and is_no_secret(name) and guarded(folder / name, folder):
            raise _no_secret(folder / name)
        return found[0][1] if found else None

    def mend(self, tenant: str, name: str) -> str:
        """See :class:`ingest_core.plugin.SecretStore`."""
        close = nearest(name, _names(self._folder / tenant))
        meant = f"write ${{secret:{close}}}, which is in secrets/{tenant}/, or " if close else ""
        group, _, key = name.partition(".")
        inside = f"put {key!r} into secrets/{tenant}/{group}.yaml, or " if key else ""
        other = "give it another name" if is_no_secret(name) else f"write it to the file secrets/{tenant}/{name}"
        return f"{meant}{inside}{other}{_if_empty(self._folder)}"


def _found(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Give each file that holds a secret, with its value."""
    single = folder / name
    if not is_no_secret(name) and guarded(single, folder):
        text = read_text(single)
        yield single, text.removesuffix("\n").removesuffix("\r")
    group, dot, key = name.partition(".")
    for ending in ENDINGS if dot else ():
        file = folder / f"{group}{ending}"
        if guarded(file, folder) and (value := read_group(file).get(key)) is not None:
            yield file, value


def _no_secret(file: Path) -> JobError:
    problem = "is a file of several secrets, or what an editor left"
    mend = "name one of the secrets in it, as in ${secret:stripe.api_key}, or give it another name"
    return JobError.of([Fault(problem, mend, where=str(file))])


def _if_empty(folder: Path) -> str:
    """Say that there is nothing at all: docker makes an empty folder of a mount that was mistyped."""
    empty = folder.is_dir() and not any(folder.iterdir())
    return " (secrets/ is empty: if it is a mount, see that the right folder is mounted there)" if empty else ""


def _names(folder: Path) -> Iterator[str]:
    """List the names of a tenant's secrets, as far as they can be read."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        with contextlib.suppress(JobError):  # told when it is what a job asks for
            if not guarded(file, folder):
                continue
            if file.suffix in ENDINGS:
                yield from (f"{file.stem}.{key}" for key in read_group(file))
            elif not is_no_secret(file.name):
                yield file.name
