"""Who shows what a job's runs say learns every secret that the job names, as far as it is there."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import job_secrets, load_job, plan

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source: {connector: csv, objects: {orders: {path: "data/orders*.csv"}}}
target:
  connector: iceberg
  catalog:
    uri: http://nessie/iceberg
    token: "${secret:nessie.token}"
    credential: "${secret:nowhere}"
    s3.secret-access-key: "${env:S3_SECRET}"
"""


def test_what_is_there_is_given_and_what_is_not_is_left_to_the_run(
    home: "Home", monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write("secrets/acme/nessie.yaml", "token: a-token-of-acme\n").chmod(0o600)
    monkeypatch.setenv("S3_SECRET", "a-key-of-acme")
    found = job_secrets(plan(load_job(home.job(JOB))))
    assert {secret.reveal() for secret in found} == {"a-token-of-acme", "a-key-of-acme"}
    assert "a-token-of-acme" not in repr(found)


def test_a_store_that_cannot_be_read_is_no_reason_to_give_nothing(
    home: "Home", monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write("secrets/acme/nessie.yaml", "token: [a-token]\n").chmod(0o600)
    monkeypatch.setenv("S3_SECRET", "a-key-of-acme")
    found = job_secrets(plan(load_job(home.job(JOB))))
    assert {secret.reveal() for secret in found} == {"a-key-of-acme"}
