"""Dagster's page as a person sees it: started by the commands of docs/image.md, opened in a real browser.

One container for all of it. The tests come in the order in which they stand here; the last ones stop it, change its
runner file, and start it again.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from e2e.support import browser, page
from e2e.support.dagster_records import FIRST_FILE, Dagster
from e2e.support.example_home import EXAMPLES
from e2e.support.orchestrated import STOP_SECONDS, Orchestrated, type_start
from e2e.support.page import DAGSTER, Shell
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from e2e.conftest import Servers
    from e2e.support.pictures import Pictures

STRIPE = ("acme", "acme", "stripe_customers")
SHOPS = [(tenant, tenant, table) for tenant in ("acme", "globex") for table in ("csv_customers", "csv_orders")]


@pytest.fixture(scope="module")
def shell(dagster_image: str, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder in which the reader has come to the command that starts Dagster."""
    folder = tmp_path_factory.mktemp("typed") / "home"
    folder.mkdir()
    shell = Shell(folder, dagster_image)
    before = [*page.commands("From an empty folder to a table"), *DAGSTER.before_start()]
    for command in (each for each in before if " run --config" not in each):
        done = shell.type(command)
        assert done.returncode == 0, done.stderr
    return shell


@pytest.fixture(scope="module")
def home(shell: Shell) -> Path:
    """The reader's home, to which a second tenant came, and more schedules."""
    other = shell.folder / "jobs" / "globex" / "shop.yaml"
    other.parent.mkdir()
    shop = (shell.folder / "jobs" / "acme" / "shop.yaml").read_text(encoding="utf-8")
    other.write_text(shop.replace("tenant: acme", "tenant: globex"), encoding="utf-8")
    add_schedules(
        shell.folder / "configs" / "runner.yaml",
        {"name": "acme_shop", "config": "jobs/acme/shop.yaml", "interval_seconds": 21600, "enabled": False},
        {"name": "globex_shop", "config": "jobs/globex/shop.yaml", "cron": "30 6 * * 1", "timezone": "Europe/Berlin"},
    )
    return shell.folder


def add_schedules(runner: Path, *schedules: dict[str, Any]) -> None:
    said = yaml.safe_load(runner.read_text(encoding="utf-8"))
    said["runner"]["orchestrator"]["schedules"] += schedules
    runner.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")


@pytest.fixture(scope="module")
def running(home: Path, dagster_image: str, servers: Servers) -> Iterator[Orchestrated]:
    options = f"-v {home}/data:/app/data:ro"
    started = type_start(DAGSTER, home, dagster_image, servers.stage, options)
    started.wait_ready()
    yield started
    started.container.stop(timeout=STOP_SECONDS)


@pytest.fixture
def dagster(running: Orchestrated) -> Dagster:
    return Dagster(running.address)


def runs_over(dagster: Dagster, *keys: tuple[str, str, str]) -> None:
    """Start runs as a person does, and wait until they have succeeded."""
    for run in [dagster.launch(key) for key in keys]:
        wait_until(lambda run=run: dagster.run(run).is_over, f"run {run} is over")  # type: ignore[misc]
        assert dagster.run(run).status == "SUCCESS", dagster.events(run)


def test_it_says_where_its_page_is(running: Orchestrated) -> None:
    (told,) = running.events("orchestrator_ready")
    assert told["address"].endswith(":3000")
    assert Dagster(running.address).answers()


def test_its_page_shows_the_tables_by_tenant(dagster: Dagster, screen: Page, pictures: Pictures) -> None:
    runs_over(dagster, *SHOPS)
    browser.visit(screen, f"{dagster.address}/assets", "Materialized")
    for key in (STRIPE, *SHOPS):  # the names are cut where they are long
        screen.locator(f'a[href$="/assets/{"/".join(key)}"]').filter(visible=True).first.wait_for()
    wait_until(lambda: screen.get_by_text("Materialized", exact=True).count() >= len(SHOPS), "each run shows")
    pictures.keep(screen, "dagster-assets")
    groups = {tuple(node["assetKey"]["path"]): node["groupName"] for node in dagster.defined()["assetNodes"]}
    assert groups == {key: key[0] for key in (STRIPE, *SHOPS)}
    browser.visit(screen, f"{dagster.address}/asset-groups", "acme", "globex")


def test_its_page_shows_the_schedules_with_their_times(dagster: Dagster, screen: Page, pictures: Pictures) -> None:
    names = ("stripe_customers_hourly", "acme_shop", "globex_shop")
    browser.visit(screen, f"{dagster.address}/automation", *names)
    screen.get_by_text("Every hour").filter(visible=True).first.wait_for()
    pictures.keep(screen, "dagster-schedules")


def test_a_person_starts_a_run_on_the_page_and_sees_what_became_of_it(
    dagster: Dagster, screen: Page, pictures: Pictures
) -> None:
    before = {run.id for run in dagster.runs()}
    browser.visit(screen, f"{dagster.address}/assets/{'/'.join(STRIPE)}", "Materialize")
    screen.get_by_role("button", name="Materialize").first.click()
    wait_until(lambda: len(dagster.runs()) > len(before), "the click has started a run")
    (run,) = {run.id for run in dagster.runs()} - before
    wait_until(lambda: dagster.run(run).is_over, "the run is over")
    browser.visit(screen, f"{dagster.address}/runs/{run}", "Success")
    pictures.keep(screen, "dagster-run")
    assert dagster.run(run).tags.get("ingest/schedule") is None
    (landed,) = dagster.landed(STRIPE)
    assert landed["run"] == run


def test_a_table_s_page_shows_what_the_last_run_landed(dagster: Dagster, screen: Page, pictures: Pictures) -> None:
    (landed,) = dagster.landed(STRIPE)
    texts = ("rows_written", "snapshot_id", landed["snapshot_id"])
    browser.visit(screen, f"{dagster.address}/assets/{'/'.join(STRIPE)}", *texts)
    assert landed["rows_written"] == "2"
    screen.get_by_text(landed["snapshot_id"], exact=True).first.scroll_into_view_if_needed()
    pictures.keep(screen, "dagster-table")


def test_a_changed_runner_file_is_taken_up_by_a_restart_and_nothing_is_forgotten(
    home: Path, running: Orchestrated, screen: Page
) -> None:
    before = {run.id for run in Dagster(running.address).runs()}
    code, seconds = running.stop()
    assert (code, seconds < STOP_SECONDS) == (0, True), running.log[-3000:]
    shutil.copytree(EXAMPLES / "assets", home / "assets", dirs_exist_ok=True)
    shutil.copy(EXAMPLES / "jobs/acme/hubspot_contacts_to_iceberg.yaml", home / "jobs/acme")
    (home / "configs" / "runner.yaml").write_text(FIRST_FILE, encoding="utf-8")
    running.back()
    dagster = Dagster(running.address)
    assert {each["name"]: each["cronSchedule"] for each in dagster.defined()["schedules"]} == {
        "stripe_customers_hourly": "0 * * * *",
        "hubspot_contacts_daily": "15 2 * * *",
    }
    assert {run.id for run in dagster.runs()} >= before
    browser.visit(screen, f"{dagster.address}/automation", "hubspot_contacts_daily")
