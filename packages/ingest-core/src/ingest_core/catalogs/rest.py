"""Iceberg REST catalogs; a Nessie server among them is known by what it says of itself.

Properties are pyiceberg's own (https://py.iceberg.apache.org/configuration/#rest-catalog), or one ``name`` that its
configuration explains.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import ValidationError
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import (
    BadRequestError,
    CommitFailedException,
    ForbiddenError,
    NoSuchNamespaceError,
    NoSuchTableError,
    OAuthError,
    RESTError,
    TableAlreadyExistsError,
    UnauthorizedError,
)
from pyiceberg.io import PY_IO_IMPL
from pyiceberg.typedef import EMPTY_DICT
from pyiceberg.utils.config import Config
from requests import RequestException
from requests.auth import AuthBase

from ingest_core.catalogs.http import ANSWER_SECONDS, CONNECT_SECONDS, mount_everywhere
from ingest_core.catalogs.laying import NewTable
from ingest_core.catalogs.maintaining import by_commits, by_snapshots
from ingest_core.catalogs.opened import FILES, Creator, OpenedCatalog, Opener
from ingest_core.catalogs.staging import create_empty_snapshot
from ingest_core.errors import JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.ports import RunContext, TableName, WantedBranch
from ingest_core.registry import explained_if_missing

if TYPE_CHECKING:
    from pyiceberg.io import FileIO
    from pyiceberg.typedef import Properties
    from requests import Session

NOT_FOUND = 404
_KEY = ("target", "catalog")
_BRANCH = ("target", "branch")
_CORE = "nessie.core-base-uri"


class TimedRestCatalog(RestCatalog):
    """pyiceberg's REST catalog with a time limit on every request, and with files read and written as the job says.

    Attributes:
        authorization: What its requests are authorized by; a token is renewed in it.
    """

    authorization: AuthBase | None = None

    def __init__(self, name: str, **properties: str) -> None:
        self._file_io = properties.get(PY_IO_IMPL, "")
        super().__init__(name, **properties)

    def _load_file_io(self, properties: Properties = EMPTY_DICT, location: str | None = None) -> FileIO:
        # Nessie says fsspec's of every table from 0.100 on. What to import is not a server's to say, and orphans can be
        # listed by Arrow's alone (docs/decisions/2026-11-27-nessie-old-and-new.md). Empty: whichever suits the address.
        return super()._load_file_io({**properties, PY_IO_IMPL: self._file_io}, location)

    def _create_session(self) -> Session:
        session = super()._create_session()
        mount_everywhere(session)  # the one that signs, too
        if isinstance(session.auth, AuthBase):
            self.authorization = session.auth
        return session

    def _config_headers(self, session: Session) -> None:
        super()._config_headers(session)
        mount_everywhere(session)  # before a token is asked for


def _settle(properties: Mapping[str, str], wanted: WantedBranch, context: RunContext, make: bool) -> str:  # noqa: FBT001  # as the port has it
    """Find a branch on a Nessie server, or make it."""
    with _translated(), contextlib.closing(_open(_configured(properties), context)) as inner:
        if not _is_nessie(inner):
            raise JobError("this catalog has no branches; only Nessie has", "leave it out", ("target", "branch_from"))
        with explained_if_missing("a Nessie catalog"):
            from ingest_core.catalogs.nessie_client import nessie_client  # noqa: PLC0415  # the extra may be missing
            from ingest_core.catalogs.settling import settle  # noqa: PLC0415  # as above
        client = nessie_client(inner.properties[_CORE], wanted.name, inner.authorization)
        return settle(client, wanted, make=make)


def _is_nessie(inner: TimedRestCatalog) -> bool:
    return inner.properties.get("nessie.is-nessie-catalog") == "true"


@partial(Opener, may_have_branches=True, settler=_settle)
def open_catalog(properties: Mapping[str, str], branch: str | None, context: RunContext) -> OpenedCatalog:
    """Open a REST catalog.

    Args:
        properties: pyiceberg's, or ``name`` alone.
        branch: The branch to write to, on a Nessie server.
        context: Who is writing; named in Nessie's commit log.

    Raises:
        JobError: The catalog refuses what the job says of it, or the name is not configured.
        TransientError: It does not answer.
    """
    known = _configured(properties)
    with _translated():
        inner = _open(known, context)
        if _is_nessie(inner):
            return _open_nessie(inner, known, branch, context)
    if branch not in (None, "main"):
        raise JobError("this catalog has no branches; only Nessie has", "leave it out", _BRANCH)
    return OpenedCatalog(inner, context, _translated, _creator(inner), maintainer=by_snapshots)


def _open_nessie(
    default: TimedRestCatalog, properties: Mapping[str, str], branch: str | None, context: RunContext
) -> OpenedCatalog:
    """Open a Nessie server's catalog at a branch, which goes into the path."""
    with explained_if_missing("a Nessie catalog"):
        # Imported here, since the extra `nessie` may be missing.
        from ingest_core.catalogs.nessie import branch_creator  # noqa: PLC0415  # as above
        from ingest_core.catalogs.nessie_client import nessie_client  # noqa: PLC0415  # as above
        from ingest_core.catalogs.publishing import NessieBranches, on_branch  # noqa: PLC0415  # as above

    def open_branch(name: str) -> TimedRestCatalog:
        return _open({**properties, "uri": f"{properties['uri'].rstrip('/')}/{quote(name, safe='')}"}, context)

    def catalog_at(name: str) -> OpenedCatalog:
        creator = branch_creator(client, name, open_branch, context)
        with _translated():
            return OpenedCatalog(open_branch(name), context, on_branch(name, _translated), creator)

    main = default.properties.get("nessie.default-branch.name", "main")
    target = branch or main
    client = nessie_client(default.properties[_CORE], target, default.authorization)
    inner = open_branch(target) if target != main else default
    creator = branch_creator(client, target, open_branch, context)
    branches = NessieBranches(client, target, catalog_at, context)
    maintainer = by_commits(default.properties[_CORE], default.authorization)
    return OpenedCatalog(inner, context, _translated, creator, branches=branches, maintainer=maintainer)


def _configured(properties: Mapping[str, str]) -> dict[str, str]:
    """Look a catalog's name up where pyiceberg does: in its file and the environment."""
    found = dict(properties)
    if name := found.pop("name", None):
        configured = Config().get_catalog_config(name)
        if configured is None:
            mend = f"add it to .pyiceberg.yaml, or set PYICEBERG_CATALOG__{name.upper()}__URI"
            raise JobError(f"pyiceberg's configuration knows no catalog {name!r}", mend, _KEY)
        found = {key: str(value) for key, value in configured.items()} | found
    if not found.get("uri", "").startswith(("http://", "https://")):
        raise JobError("a catalog needs a uri that begins with http:// or https://", "add `uri: ...`", _KEY)
    return found


def _open(properties: Mapping[str, str], context: RunContext) -> TimedRestCatalog:
    with explained_if_missing("what authorizes requests to this catalog"):
        return TimedRestCatalog("ingest", **{**_defaults(context), **properties})


def _defaults(context: RunContext) -> dict[str, str]:
    who = f"{context.tenant}/{context.job}"
    return {
        **FILES,
        "header.Nessie-Commit-Message": f"ingest {who} run {context.run_id}",
        "header.Nessie-Commit-Authors": "ingest",
        "header.Nessie-Commit-Property-Tenant": context.tenant,
        "header.Nessie-Commit-Property-Job": context.job,
        "header.Nessie-Commit-Property-Run-Id": context.run_id,
        "s3.connect-timeout": str(CONNECT_SECONDS),
        "s3.request-timeout": str(ANSWER_SECONDS),
    }


def _creator(inner: TimedRestCatalog) -> Creator:
    def create_table(name: TableName, table: NewTable) -> None:
        with contextlib.suppress(TableAlreadyExistsError):
            made = inner.create_table((name.namespace, name.table), **table.bare_arguments())
            reach("table made, no snapshot yet")
            create_empty_snapshot(inner, made, table.layout)

    return create_table


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what pyiceberg and requests raise into a person's fault or a passing one."""
    try:
        yield
    except (UnauthorizedError, ForbiddenError, OAuthError) as error:
        raise JobError(f"the catalog refuses us: {_text(error)}", "mend the token or the rights", _KEY) from error
    except BadRequestError as error:
        raise _refused(error) from error
    except RESTError as error:
        if _is_unknown_warehouse(error):
            raise _refused(error) from error
        if _status(error) == NOT_FOUND:
            raise JobError(
                "there is no Iceberg REST catalog at this address", "mend the uri", (*_KEY, "uri")
            ) from error
        raise TransientError(f"the catalog failed: {_text(error)}", "run again") from error
    except RequestException as error:
        raise TransientError(
            f"the catalog does not answer: {type(error).__name__}", "see that it runs; run again"
        ) from error
    except ValidationError as error:
        raise TransientError(
            f"the catalog's answer cannot be read: it is no {error.title} of an Iceberg REST catalog",
            "see what answers at the uri, a proxy or a page to log in, perhaps; run again",
        ) from error
    except CommitFailedException as error:
        raise TransientError(f"the catalog refused a commit: {_text(error)}", "run again") from error
    except (NoSuchNamespaceError, NoSuchTableError) as error:
        raise TransientError(f"what was just made is not there: {_text(error)}", "run again") from error


def _refused(error: RESTError) -> JobError:
    """Say which part of the job the catalog refuses."""
    if _is_unknown_warehouse(error):
        return JobError(_text(error), "name a warehouse that the server has", (*_KEY, "warehouse"))
    refused = f"the catalog refuses the request: {_text(error)}"
    if "NoSuchReference" in str(error):
        mend = "create the branch, name another, or say what a run makes it from: `branch_from: main`"
        return JobError(refused, mend, _BRANCH)
    if "NoSuchBucket" in str(error):
        mend = "make the bucket of the warehouse, or name another warehouse"
        return JobError(refused, mend, (*_KEY, "warehouse"))
    return JobError(refused, "mend the uri", _KEY)


def _is_unknown_warehouse(error: RESTError) -> bool:
    """Tell a person's mistake by its words: Nessie answers 500 to it, a passing fault's status."""
    return "Warehouse" in str(error) and "not known" in str(error)


def _status(error: RESTError) -> int | None:
    """Give the status of the answer behind an error, where there was one."""
    answer = getattr(error.__cause__, "response", None)
    return answer.status_code if answer is not None else None


def _text(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
