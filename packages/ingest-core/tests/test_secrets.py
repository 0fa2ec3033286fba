"""Secrets are named in a job and looked up for its own tenant alone."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError
from ingest_core.references import Resolver
from ingest_core.secret_stores.environment import EnvironmentStore
from ingest_core.secret_stores.folder import FolderStore

if TYPE_CHECKING:
    from conftest import Home


def resolver(home: "Home", tenant: str = "acme") -> Resolver:
    return Resolver(tenant, [FolderStore(home.root), EnvironmentStore(home.root)])


def test_one_tenant_does_not_see_the_secrets_of_another(home: "Home") -> None:
    home.write("secrets/beta/stripe.yaml", "api_key: of-beta\n")
    for name in ("stripe.api_key", "../beta/stripe.api_key", "beta/stripe.api_key"):
        asked = resolver(home)
        assert "of-beta" not in asked.fill(f"${{secret:{name}}}", ())
        with pytest.raises(JobError):
            asked.raise_faults()


def test_every_missing_reference_is_told_at_once_with_its_mend(home: "Home") -> None:
    asked = resolver(home)
    asked.fill({"a": "${secret:s3.key}", "b": "${env:NOWHERE}", "c": "${secrets:x}"}, ("source", "with"))
    with pytest.raises(JobError) as raised:
        asked.raise_faults()
    told = [str(fault) for fault in raised.value.faults]
    assert "put 'key' into secrets/acme/s3.yaml, or write it to the file secrets/acme/s3.key" in told[0]
    assert "or set the environment variable INGEST_SECRET__ACME__S3__KEY" in told[0]
    assert told[1].startswith("source.with.b: the environment variable NOWHERE is not set")
    assert told[2].startswith("source.with.c: ${secrets:x} is no reference")


def test_a_store_that_cannot_be_read_hides_no_other_fault(home: "Home") -> None:
    home.write("secrets/acme/s3.yaml", "key: [hunter2]\n").chmod(0o600)
    asked = resolver(home)
    asked.fill({"a": "${secret:s3.key}", "b": "${env:NOWHERE}"}, ("source", "with"))
    with pytest.raises(JobError) as raised:
        asked.raise_faults()
    assert [fault.problem for fault in raised.value.faults] == [
        "must be one value",
        "the environment variable NOWHERE is not set",
    ]
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("name", ["INGEST_SECRET__BETA__S3__KEY", "ingest_secret__beta__s3__key"])
def test_a_tenants_secret_is_not_given_as_a_plain_variable(
    home: "Home", monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "of-beta")
    asked = resolver(home)
    assert asked.fill(f"${{env:{name}}}", ()) == ""
    with pytest.raises(JobError, match="may be another tenant's secret"):
        asked.raise_faults()


def test_a_variable_with_a_telling_name_is_a_secret_and_another_is_none(
    home: "Home", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "sesame-street")
    monkeypatch.setenv("SHOP_REGION", "eu-central-1")
    asked = resolver(home)
    assert asked.fill("${env:SHOP_PASSWORD} ${env:SHOP_REGION}", ()) == "sesame-street eu-central-1"
    assert [(secret.name, secret.reveal()) for secret in asked.secrets] == [("SHOP_PASSWORD", "sesame-street")]
