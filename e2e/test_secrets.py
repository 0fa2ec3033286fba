"""The run's canary keys are in nothing that a run leaves behind."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product, Result


DEBUG = ("tenant: acme", "tenant: acme\nlogging: {level: debug}")
WRONG_KEY = ("${secret:s3.secret_key}", "${secret:s3.access_key}")


@pytest.mark.parametrize(
    ("change", "exit_code"), [(None, 0), (DEBUG, 0), (WRONG_KEY, 2)], ids=["plain", "debug", "wrong-key"]
)
def test_no_canary_is_in_output_state_tables_or_commit_log(
    product: Product, home: Home, servers: Servers, change: tuple[str, str] | None, exit_code: int
) -> None:
    if change:
        home.replace_in_job(*change)
    result = product.run(home)
    assert result.exit_code == exit_code, result.stderr
    left = list(_left_behind(result, home, servers))
    assert {"stdout", "stderr"} <= _places(left, {result.report["run_id"].encode()})  # the search finds what is there
    assert _places(left, _forms(servers.store.keys.secret) | _forms(servers.store.keys.access)) == set()


def _places(left: list[tuple[str, bytes]], needles: set[bytes]) -> set[str]:
    return {place for place, data in left if any(needle in data for needle in needles)}


def _forms(secret: str) -> set[bytes]:
    """Write a secret as it might appear: plain, in a URL, in hex, in base64."""
    plain = secret.encode()
    return {plain, quote(secret, safe="").encode(), plain.hex().encode(), base64.b64encode(plain).rstrip(b"=")[:-1]}


def _left_behind(result: Result, home: Home, servers: Servers) -> Iterator[tuple[str, bytes]]:
    yield "stdout", result.stdout.encode()
    yield "stderr", result.stderr.encode()
    for file in (home.path / "state").rglob("*"):
        yield f"name of {file}", str(file).encode()
        if file.is_file():
            yield str(file), file.read_bytes()
    yield from servers.store.contents()
    yield "commit log", "\n".join(str(entry) for entry in servers.nessie.log()).encode()
