"""The Stripe job of the examples, by the image: from an account that changes and fails, to a table on Nessie."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import standins
from e2e.conftest import Servers
from e2e.support import canaries
from e2e.support.home import Home
from e2e.support.product import Product
from e2e.support.reading import Reader

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE = EXAMPLES / "jobs" / "acme" / "stripe_customers_to_iceberg.yaml"
CUSTOMERS = 3_000
JOB = ("run", "--config", "/app/jobs/acme/stripe_customers_to_iceberg.yaml")
FAULTS = "429:every=7,retry_after=0;503:every=11;html:every=13;cut:every=17;reset_midway:every=19"


@pytest.fixture
def key() -> str:
    """A key that must show nowhere."""
    return canaries.fresh("the key of a Stripe account")


@pytest.fixture
def account(servers: Servers, key: str) -> Iterator[standins.Server[standins.Stripe]]:
    """An account that containers reach, and that fails time and again."""
    settings = standins.StripeSettings(records=CUSTOMERS, key=key)
    serving = standins.Serving(host=servers.stage.gateway, faults=standins.faults_of(FAULTS))
    with standins.stripe(settings, serving) as server:
        yield server


@pytest.fixture
def stripe_home(home: Home, account: standins.Server[standins.Stripe], key: str) -> Home:
    """A home with the example's job, told where the account is, and where the tables are."""
    job: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    ours: dict[str, Any] = yaml.safe_load(home.job_file.read_text(encoding="utf-8"))
    job["source"]["with"] = {"base_url": account.url}
    job["target"] |= {"catalog": ours["target"]["catalog"], "namespace": home.namespace, "branch": "main"}
    (home.path / "jobs" / "acme" / EXAMPLE.name).write_text(yaml.safe_dump(job, sort_keys=False), encoding="utf-8")
    shutil.copytree(EXAMPLES / "assets", home.path / "assets", dirs_exist_ok=True)
    secret = home.path / "secrets" / "acme" / "stripe.yaml"
    secret.write_text(yaml.safe_dump({"api_key": key}), encoding="utf-8")
    return home


def landed(reader: Reader, home: Home, folder: Path) -> dict[str, str | None]:
    """Read the customers' addresses by id."""
    files = reader.fetch(home.namespace, "stripe_customers", folder)
    rows = pa.concat_tables([pq.read_table(file, columns=["id", "email"]) for file in files])
    emails = {row["id"]: row["email"] for row in rows.to_pylist()}
    assert rows.num_rows == len(emails)
    return emails


def there(account: standins.Server[standins.Stripe]) -> dict[str, str | None]:
    """Give the account's customers' addresses by id."""
    return {each["id"]: each["email"] for each in account.api.objects("customers")}


def test_the_example_lands_every_customer_once_and_then_what_changed(
    product: Product,
    stripe_home: Home,
    account: standins.Server[standins.Stripe],
    reader: Reader,
    tmp_path: Path,
) -> None:
    first = product.run(stripe_home, JOB)
    assert first.exit_code == 0, first.stderr
    assert first.rows() == {"customers": CUSTOMERS}
    assert landed(reader, stripe_home, tmp_path / "first") == there(account)

    emails = sorted(there(account))
    account.api.update("customers", emails[0], email="changed@example.com")
    account.api.delete("customers", emails[1])
    account.api.create("customers", email="made@example.com")
    second = product.run(stripe_home, JOB)
    assert second.exit_code == 0, second.stderr
    assert landed(reader, stripe_home, tmp_path / "second") == there(account)

    third = product.run(stripe_home, JOB)
    assert third.exit_code == 0, third.stderr
    assert landed(reader, stripe_home, tmp_path / "third") == there(account)


def test_a_key_that_is_refused_is_told_and_not_shown(product: Product, stripe_home: Home, reader: Reader) -> None:
    wrong = canaries.fresh("a wrong key of a Stripe account")
    secret = stripe_home.path / "secrets" / "acme" / "stripe.yaml"
    secret.write_text(yaml.safe_dump({"api_key": wrong}), encoding="utf-8")
    result = product.run(stripe_home, JOB)
    assert result.exit_code == 2
    assert "401" in str(result.report["objects"][0]["error"])
    assert "`api_key`" in str(result.report["objects"][0]["error"])
    assert wrong not in result.stdout + result.stderr
    assert not reader.exists(stripe_home.namespace, "stripe_customers")
