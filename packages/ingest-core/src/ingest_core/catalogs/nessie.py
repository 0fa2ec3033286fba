"""How a table is made on Nessie: on a throw-away branch that is merged, so that of two creators one loses visibly.

On Nessie 0.99 two first appends to a table without a snapshot both succeed, and one writer's rows are gone (see
docs/decisions/2026-11-23-nessie-first-append.md). A merge of a key that came to be meanwhile is refused instead.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pyiceberg.exceptions import CommitFailedException, TableAlreadyExistsError
from pynessie.error import NessieConflictException, NessieException
from requests import RequestException

from ingest_core.catalogs.branch_names import creation_branch
from ingest_core.catalogs.nessie_client import nessie_translated
from ingest_core.catalogs.staging import create_empty_snapshot
from ingest_core.errors import TransientError
from ingest_core.failpoints import reach
from ingest_core.ports import RunContext, TableName

if TYPE_CHECKING:
    from pyiceberg.catalog.rest import RestCatalog
    from pynessie.client import NessieClient

    from ingest_core.catalogs.laying import NewTable
    from ingest_core.catalogs.opened import Creator

ATTEMPTS = 5
OpenBranch = Callable[[str], "RestCatalog"]


def branch_creator(client: NessieClient, target: str, open_branch: OpenBranch, context: RunContext) -> Creator:
    """Make the function that creates tables on a branch.

    Args:
        client: Nessie's client.
        target: The branch.
        open_branch: Opens the REST catalog at a branch.
        context: Who is writing; named in the throw-away branch.
    """

    def create_table(name: TableName, table: NewTable) -> None:
        for _ in range(ATTEMPTS):
            with nessie_translated(), contextlib.suppress(TableAlreadyExistsError, CommitFailedException):
                head = client.get_reference(target).hash_
                with _branch(client, target, head, context) as temporary:
                    with contextlib.closing(open_branch(temporary)) as catalog:
                        _create(catalog, name, table)
                    made = client.get_reference(temporary).hash_
                    reach("table made on its branch")
                    if _merged(client, (temporary, made), (target, head)):
                        return
            with contextlib.closing(open_branch(target)) as catalog:
                if catalog.table_exists((name.namespace, name.table)):
                    return
        raise TransientError(f"others kept changing {target!r} while {name} was made", "run again")

    return create_table


@contextlib.contextmanager
def _branch(client: NessieClient, target: str, head: str, context: RunContext) -> Iterator[str]:
    """Keep a branch from ``head`` for a while. Its merge keeps what was made on it."""
    name = creation_branch(context)
    client.create_branch(name, target, head)
    try:
        yield name
    finally:
        with contextlib.suppress(NessieException, RequestException):  # a branch left over does no harm
            client.delete_branch(name, client.get_reference(name).hash_)


def _create(catalog: RestCatalog, name: TableName, table: NewTable) -> None:
    made = catalog.create_table((name.namespace, name.table), **table.bare_arguments())
    reach("table made, no snapshot yet")
    create_empty_snapshot(catalog, made, table.layout)


def _merged(client: NessieClient, made: tuple[str, str], onto: tuple[str, str]) -> bool:
    """Merge with both hashes given; without them the client would compute them itself, and see less."""
    try:
        client.merge(made[0], onto[0], made[1], onto[1])
    except NessieConflictException:
        return False
    return True
