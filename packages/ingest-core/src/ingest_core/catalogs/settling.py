"""Finds the branch that a job wants on Nessie, and makes it where it is not there."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pynessie.error import NessieConflictException, NessieReferenceNotFoundException

from ingest_core.catalogs.nessie_client import nessie_translated
from ingest_core.errors import JobError
from ingest_core.ports import WantedBranch

if TYPE_CHECKING:
    from pynessie.client import NessieClient


def settle(client: NessieClient, wanted: WantedBranch, *, make: bool) -> str:
    """See :meth:`ingest_core.plugin.OpenCatalog.settle`."""
    with nessie_translated():
        if _hash(client, wanted.name) is not None:
            return wanted.name
        base = _hash(client, wanted.made_from)
        if base is None:
            raise JobError(
                f"Nessie has no branch and no tag {wanted.made_from!r} to make {wanted.name!r} from",
                "name one that it has",
                ("target", "branch_from"),
            )
        if not make:
            return wanted.made_from
        with contextlib.suppress(NessieConflictException):  # somebody else made it meanwhile
            client.create_branch(wanted.name, wanted.made_from, base)
        return wanted.name


def _hash(client: NessieClient, name: str) -> str | None:
    try:
        return str(client.get_reference(name).hash_)
    except NessieReferenceNotFoundException:
        return None
