"""How a table is made on Nessie: on a throw-away branch that is merged, so that of two creators one loses visibly.

On Nessie 0.99 two first appends to a table without a snapshot both succeed, and one writer's rows are gone (see
docs/decisions/2026-11-23-nessie-first-append.md). A merge of a key that came to be meanwhile is refused instead.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from confuse import Configuration
from pyiceberg.exceptions import TableAlreadyExistsError
from pynessie.client import NessieClient
from pynessie.error import (
    NessieConflictException,
    NessieException,
    NessiePermissionException,
    NessieReferenceNotFoundException,
    NessieUnauthorizedException,
)
from requests import RequestException

from ingest_core.catalogs.staging import create_empty_snapshot
from ingest_core.errors import JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.ports import RunContext, TableName

if TYPE_CHECKING:
    from pyiceberg.catalog.rest import RestCatalog

    from ingest_core.catalogs.laying import NewTable
    from ingest_core.catalogs.opened import Creator

ATTEMPTS = 5
OpenBranch = Callable[[str], "RestCatalog"]


def branch_creator(
    api: str, target: str, open_branch: OpenBranch, context: RunContext, token: str | None = None
) -> Creator:
    """Make the function that creates tables on a branch.

    Args:
        api: The address of Nessie's API, without the version.
        target: The branch.
        open_branch: Opens the REST catalog at a branch.
        context: Who is writing; named in the throw-away branch.
        token: The bearer token, where the server wants one.
    """
    client = _client(f"{api.rstrip('/')}/v1", target, token)

    def create_table(name: TableName, table: NewTable) -> None:
        for _ in range(ATTEMPTS):
            with _translated(), contextlib.suppress(TableAlreadyExistsError):
                head = client.get_reference(target).hash_
                with _branch(client, target, head, context) as temporary:
                    _create(open_branch(temporary), name, table)
                    made = client.get_reference(temporary).hash_
                    reach("table made on its branch")
                    if _merged(client, (temporary, made), (target, head)):
                        return
            if open_branch(target).table_exists((name.namespace, name.table)):
                return
        raise TransientError(f"others kept changing {target!r} while {name} was made", "run again")

    return create_table


def _client(endpoint: str, branch: str, token: str | None) -> NessieClient:
    """Make a client of these settings alone: pynessie's own start reads, and makes, a folder below HOME."""
    auth = {"type": "bearer", "token": token} if token else {"type": "none"}
    settings = Configuration("nessie", read=False)
    settings.set({"endpoint": endpoint, "verify": True, "default_branch": branch, "auth": auth})
    return NessieClient(settings)


@contextlib.contextmanager
def _branch(client: NessieClient, target: str, head: str, context: RunContext) -> Iterator[str]:
    """Keep a branch from ``head`` for a while. Its merge keeps what was made on it."""
    name = f"ingest/{context.tenant}/{context.job}/{context.run_id}/create-{uuid.uuid4().hex[:8]}"
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


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NessieReferenceNotFoundException as error:
        raise JobError(f"Nessie has no such branch: {error}", "create it first", ("target", "branch")) from error
    except (NessieUnauthorizedException, NessiePermissionException) as error:
        raise JobError(f"Nessie refuses us: {error}", "mend the token", ("target", "catalog")) from error
    except NessieException as error:
        raise TransientError(f"Nessie failed: {error}", "run again") from error
