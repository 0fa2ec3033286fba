"""The client for Nessie's branches, with its exceptions turned into ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from confuse import Configuration
from pynessie.client import NessieClient
from pynessie.error import (
    NessieException,
    NessiePermissionException,
    NessieReferenceNotFoundException,
    NessieUnauthorizedException,
)
from requests import RequestException
from requests.auth import AuthBase

from ingest_core.errors import JobError, TransientError


class AuthorizedClient(NessieClient):  # type: ignore[misc]  # pynessie ships no types
    """Authorizes its requests as the REST catalog does; by settings alone it could hold a token, and not renew it."""

    def __init__(self, settings: Configuration, authorization: AuthBase | None) -> None:
        super().__init__(settings)
        self._auth = authorization


def nessie_client(api: str, branch: str, authorization: AuthBase | None) -> NessieClient:
    """Make a client of these settings alone: pynessie's own start reads, and makes, a folder below HOME.

    Args:
        api: The address of Nessie's API, without the version.
        branch: The branch that is meant where none is named.
        authorization: What requests are authorized by, where the server wants that.
    """
    settings = Configuration("nessie", read=False)
    settings.set(
        {"endpoint": f"{api.rstrip('/')}/v1", "verify": True, "default_branch": branch, "auth": {"type": "none"}}
    )
    return AuthorizedClient(settings, authorization)


@contextlib.contextmanager
def nessie_translated() -> Iterator[None]:
    """Turn what the client raises into a person's fault or a passing one."""
    try:
        yield
    except NessieReferenceNotFoundException as error:
        raise JobError(f"Nessie has no such branch: {error}", "create it first", ("target", "branch")) from error
    except (NessieUnauthorizedException, NessiePermissionException) as error:
        raise JobError(f"Nessie refuses us: {error}", "mend the token", ("target", "catalog")) from error
    except NessieException as error:
        raise TransientError(f"Nessie failed: {error}", "run again") from error
    except RequestException as error:
        raise TransientError(f"Nessie does not answer: {type(error).__name__}", "run again") from error
