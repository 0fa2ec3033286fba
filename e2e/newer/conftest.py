"""Servers of which Nessie is a newer one. Where none is to be had, the tests of this folder are skipped, and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.conftest import Servers, started
from e2e.support.images import named, present, pulled
from e2e.support.nessie_image import NEWER
from e2e.support.product import Product


@pytest.fixture(scope="session")
def newer_image(request: pytest.FixtureRequest) -> str:
    """Find the image of a newer Nessie: the one that the option names, or the pinned one."""
    wanted = request.config.getoption("--newer-nessie-image")
    if wanted:
        return named(wanted)
    if not (present(NEWER) or pulled(NEWER)):
        pytest.skip(f"{NEWER} is neither present nor to be pulled: name another one by --newer-nessie-image")
    return NEWER


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest, newer_image: str) -> Iterator[Servers]:
    """Start an S3 server and a newer Nessie for clients in containers, and remove them in the end."""
    with started(request, image=newer_image) as found:
        yield found


@pytest.fixture(scope="session")
def product(product_image_name: str, servers: Servers) -> Product:
    """Give the image beside these servers."""
    return Product(servers.stage, product_image_name)
