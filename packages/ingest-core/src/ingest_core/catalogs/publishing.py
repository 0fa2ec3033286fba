"""Branches of a run on Nessie: its tables are committed there, and one merge shows all of them, or none.

What was tried on Nessie 0.99 stands in docs/decisions/2026-11-23-publish-together.md: a merge is one commit, refused
when one of its keys moved on the target since the branch began, and does nothing when it is sent once more. The hash
that the target is expected at is always the one at which the branch began: with a later one, a merge would bring back
what the target lost in between.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pynessie.error import (
    NessieConflictException,
    NessieException,
    NessiePermissionException,
    NessieReferenceNotFoundException,
    NessieUnauthorizedException,
)
from pynessie.model import ContentKey, Unchanged
from requests import RequestException

from ingest_core.catalogs.branch_names import began, run_branch
from ingest_core.catalogs.nessie_client import nessie_translated
from ingest_core.errors import JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.ports import Catalog, RunContext

if TYPE_CHECKING:
    from pynessie.client import NessieClient

    from ingest_core.catalogs.opened import Translated

CatalogAt = Callable[[str], Catalog]


@dataclass(frozen=True)
class NessieBranch:
    """A branch of this run.

    Args:
        client: Nessie's client.
        target: The branch that it is merged into.
        name: Its name.
        base: The hash of the target at which it began.
        catalog: The catalog as it is on the branch.
    """

    client: NessieClient
    target: str
    name: str
    base: str
    catalog: Catalog

    def head(self) -> str:
        """See :class:`ingest_core.plugin.Branch`."""
        with nessie_translated():
            try:
                return str(self.client.get_reference(self.name).hash_)
            except NessieReferenceNotFoundException as error:
                raise vanished(self.name) from error

    def merge(self, head: str) -> bool:
        """See :class:`ingest_core.plugin.Branch`."""
        reach("before the merge is sent")
        try:
            self.client.merge(self.name, self.target, head, self.base)
        except (NessieConflictException, NessieReferenceNotFoundException):
            return False
        except (NessieUnauthorizedException, NessiePermissionException) as error:
            raise JobError(
                f"Nessie refuses to merge into {self.target!r}: {error}",
                "give the token's owner the right to commit to it",
                ("target", "branch"),
            ) from error
        except Exception as error:  # any answer but a refusal leaves the outcome unknown
            raise TransientError(f"the merge got no clear answer: {type(error).__name__}", "run again") from error
        reach("merge answered")
        return True

    def drop(self) -> None:
        """See :class:`ingest_core.plugin.Branch`."""
        with contextlib.suppress(NessieException, RequestException):
            self.client.delete_branch(self.name, self.client.get_reference(self.name).hash_)


@dataclass(frozen=True)
class NessieBranches:
    """Makes the branches of this run, and sweeps those of former ones.

    Args:
        client: Nessie's client.
        target: The branch on which the tables are shown.
        catalog_at: Opens the catalog at a branch.
        context: Whose run it is.
    """

    client: NessieClient
    target: str
    catalog_at: CatalogAt
    context: RunContext

    def begin(self, attempt: int) -> NessieBranch:
        """See :class:`ingest_core.plugin.Branches`."""
        name = run_branch(self.context, attempt)
        with nessie_translated():
            self._begin_history()
            base = str(self.client.get_reference(self.target).hash_)
            self.client.create_branch(name, self.target, base)
        reach("run's branch made")
        return NessieBranch(self.client, self.target, name, base, self.catalog_at(name))

    def _begin_history(self) -> None:
        """Give a target without any commit its first, which changes nothing: from none, nothing can be merged."""
        if next(self.client.get_log(self.target, max_records=1), None) is None:
            empty = self.client.get_reference(self.target).hash_
            # Of two that do so at once one is refused, and there is a commit all the same.
            with contextlib.suppress(NessieConflictException):
                nothing = Unchanged(ContentKey(["ingest"]))
                self.client.commit(self.target, empty, "ingest begins the history", "ingest", nothing)

    def sweep(self, age: timedelta) -> Sequence[str]:
        """See :class:`ingest_core.plugin.Branches`. An old branch is deleted only as it was listed."""
        before = datetime.now(UTC) - age
        with nessie_translated():
            listed = self.client.list_references().references
        swept = []
        for reference in listed:
            begun = began(self.context, reference.name)
            if begun is not None and begun < before:
                with contextlib.suppress(NessieException, RequestException):
                    self.client.delete_branch(reference.name, reference.hash_)
                    swept.append(str(reference.name))
        return swept


def vanished(name: str) -> JobError:
    """Say that the branch of a run is gone."""
    return JobError(
        f"the run's branch {name} vanished; nothing was published",
        "see who deletes branches of runs that still go on; run again",
    )


def on_branch(name: str, translated: Translated) -> Translated:
    """Translate as ``translated`` does, and say of a branch that cannot be found that it vanished."""

    @contextlib.contextmanager
    def turned() -> Iterator[None]:
        try:
            with translated():
                yield
        except JobError as error:
            if error.faults[0].key == ("target", "branch"):
                raise vanished(name) from error
            raise

    return turned
