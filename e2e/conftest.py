"""Options, servers and home folders of the end-to-end suite. The servers start once for all tests."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from e2e.support import nessie, nessie_image, objectstore, objectstore_image, product_image
from e2e.support.canaries.evidence import KEY, Evidence
from e2e.support.canaries.taking import keeping
from e2e.support.containers import Stage, stage
from e2e.support.home import Home, make_home
from e2e.support.images import Recipe, named, obtain
from e2e.support.pictures import Pictures
from e2e.support.product import Product
from e2e.support.proxy import Proxy
from e2e.support.reading import Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ORCHESTRATORS = ("test_airflow", "test_dagster")
"""How modules begin that start one. They take memory and long waits: one at a time, while others run beside it."""
IMAGES = ("nessie", "newer-nessie", "s3", "ingest")


@dataclass(frozen=True)
class Servers:
    """What a job needs around it."""

    stage: Stage
    store: objectstore.ObjectStore
    nessie: nessie.Nessie


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this suite."""
    add_options(parser)
    group = parser.getgroup("end to end")
    group.addoption(
        "--chromium",
        default=os.environ.get("INGEST_E2E_CHROMIUM", "chromium"),
        help="the browser: a name or path of chromium [INGEST_E2E_CHROMIUM]",
    )
    group.addoption("--left", type=Path, help="a folder of what other processes left behind, to be searched after all")
    group.addoption("--pictures", action="store_true", help="renew the docs' pictures of pages, docs/pictures/")


def add_options(parser: pytest.Parser) -> None:
    """Add one option for each image, and one to look at what is left."""
    group = parser.getgroup("end to end")
    for name in IMAGES:
        variable = f"INGEST_E2E_{name.upper().replace('-', '_')}_IMAGE"
        group.addoption(f"--{name}-image", default=os.environ.get(variable), help=f"the {name} image [{variable}]")
    group.addoption("--keep", action="store_true", help="leave containers and network behind, for a look at them")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of this suite."""
    config.addinivalue_line("markers", "after_all: looks at what all other tests left behind, so it comes last")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put last what looks at what the others left; keep together, where tests run side by side, what shares servers."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path.stem)))
    items.sort(key=lambda item: item.get_closest_marker("after_all") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a test printed, for the search after all tests."""
    report = yield
    evidence = item.config.stash.get(KEY, None)
    if evidence and report.when == "teardown":
        evidence.keep_output(report)
    return report


@pytest.fixture(scope="session", autouse=True)
def evidence(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    """Keep what is removed before the session ends: test_secrets.py searches it."""
    kept = Evidence(tmp_path_factory.mktemp("evidence"))
    request.config.stash[KEY] = kept
    yield kept
    kept.write_down()


@pytest.fixture(scope="session")
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the folder of all that tests left behind, those of this process and those before it."""
    named: Path | None = request.config.getoption("--left")
    return named or tmp_path_factory.getbasetemp()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Start an S3 server and Nessie for clients in containers, and remove them in the end."""
    with started(request) as found:
        yield found


@contextlib.contextmanager
def started(request: pytest.FixtureRequest, *, for_host: bool = False, image: str | None = None) -> Iterator[Servers]:
    """Start an S3 server and Nessie, and remove them in the end.

    Args:
        request: Knows the options.
        for_host: Whether Nessie's clients run on the host, and not in containers beside it.
        image: Nessie's image; by default the one of the option.
    """
    s3_image = _image(request, "s3", objectstore_image.RECIPE)
    nessie_image_name = image or _image(request, "nessie", nessie_image.RECIPE)
    evidence = request.config.stash.get(KEY, None)
    with stage(keep=request.config.getoption("--keep"), evidence=evidence) as built, keeping(built):
        store = objectstore.start(built, s3_image)
        endpoint = store.host_endpoint if for_host else None
        yield Servers(built, store, nessie.start(built, nessie_image_name, store, endpoint))


@pytest.fixture
def proxy(servers: Servers) -> Iterator[Proxy]:
    """Stand between containers and Nessie."""
    with Proxy(servers.nessie.host_address, servers.stage.gateway).running() as found:
        yield found


@pytest.fixture(scope="session")
def nessie_beside(request: pytest.FixtureRequest, servers: Servers) -> Callable[..., nessie.Nessie]:
    """Start Nessie servers beside the one that all tests share."""

    def give(alias: str, settings: Mapping[str, str]) -> nessie.Nessie:
        image = _image(request, "nessie", nessie_image.RECIPE)
        return nessie.beside(servers.stage, image, servers.store, alias, settings)

    return give


@pytest.fixture(scope="session")
def product_image_name(request: pytest.FixtureRequest) -> str:
    """Build the image from this tree, or take the one that the option names."""
    return _target(request, "core")


@pytest.fixture(scope="session")
def dagster_image(request: pytest.FixtureRequest) -> str:
    """Build the image with Dagster, or take the one that the option names."""
    return _target(request, "dagster")


@pytest.fixture(scope="session")
def airflow_image(request: pytest.FixtureRequest) -> str:
    """Build the image with Airflow, or take the one that the option names."""
    return _target(request, "airflow")


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Start a browser."""
    from e2e.support import browser  # noqa: PLC0415  # the proof takes servers from here, and has no browser

    with browser.browser(request.config.getoption("--chromium")) as opened:
        yield opened


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Page]:
    """Open a page of the browser."""
    from e2e.support import browser  # noqa: PLC0415  # as above

    with browser.page(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> Pictures:
    """Keep the docs' pictures, where the option asks for them."""
    return Pictures(wanted=request.config.getoption("--pictures"))


@pytest.fixture(scope="session")
def product(product_image_name: str, servers: Servers) -> Product:
    """Give the image beside the servers."""
    return Product(servers.stage, product_image_name)


@pytest.fixture
def reader(servers: Servers) -> Reader:
    """Read tables from the host."""
    return Reader(servers.nessie, servers.store)


@pytest.fixture
def home(tmp_path: Path, servers: Servers) -> Home:
    """Lay out a home folder whose tables no other test knows."""
    return make_home(tmp_path / "home", f"acme_{secrets.token_hex(4)}", servers.nessie, servers.store)


@pytest.fixture
def home_behind(home: Home, servers: Servers, proxy: Proxy) -> Home:
    """Lay out a home folder whose job sees Nessie through the proxy."""
    home.replace_in_job(servers.nessie.network_uri, f"{proxy.address}/iceberg")
    return home


def _image(request: pytest.FixtureRequest, name: str, recipe: Recipe) -> str:
    wanted = request.config.getoption(f"--{name}-image")
    return named(wanted) if wanted else obtain(recipe)


def _target(request: pytest.FixtureRequest, target: str) -> str:
    wanted = request.config.getoption("--ingest-image")
    return named(wanted) if wanted else product_image.build(f"{product_image.NAME}-{target}", target)


def _group(module: str) -> str:
    return "orchestrators" if module.startswith(ORCHESTRATORS) else module
