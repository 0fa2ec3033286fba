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
    return Resolver(tenant, [EnvironmentStore(home.root), FolderStore(home.root)])


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("stripe.yaml", "api_key: sesame-street\n"),
        ("stripe.json", '{"api_key": "sesame-street"}'),
        ("stripe.env", "# a comment\napi_key='sesame-street'\n"),
        ("stripe.api_key", "sesame-street\n"),
    ],
)
def test_a_secret_lies_in_its_tenants_folder_in_any_of_four_ways(home: "Home", file: str, content: str) -> None:
    home.write(f"secrets/acme/{file}", content)
    asked = resolver(home)
    assert asked.fill({"auth": ["Bearer ${secret:stripe.api_key}"]}, ()) == {"auth": ["Bearer sesame-street"]}
    assert [secret.reveal() for secret in asked.secrets] == ["sesame-street"]


def test_a_secret_may_stand_in_the_environment(home: "Home", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_SECRET__ACME__STRIPE__API_KEY", "from-environment")
    assert resolver(home).fill("${secret:stripe.api_key}", ()) == "from-environment"


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
    assert (
        "set the environment variable INGEST_SECRET__ACME__S3__KEY, or put 'key' into secrets/acme/s3.yaml" in told[0]
    )
    assert told[1].startswith("source.with.b: the environment variable NOWHERE is not set")
    assert told[2].startswith("source.with.c: ${secrets:x} is no reference")


def test_a_faulty_secrets_file_is_told_without_its_values(home: "Home") -> None:
    home.write("secrets/acme/s3.yaml", "key: [hunter2]\n")
    with pytest.raises(JobError, match="names and texts") as raised:
        resolver(home).fill("${secret:s3.key}", ())
    assert "hunter2" not in str(raised.value)
