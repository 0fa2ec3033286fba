"""Files are checked as a run would check them, and what is no concern of ours is left alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ingest_core import validate

if TYPE_CHECKING:
    from conftest import Home

OTHER = """\
tenant: {0}
name: shop
source: {{connector: csv, objects: {{o: {{path: x.csv}}}}}}
target: {{connector: iceberg}}
"""


def test_two_jobs_of_one_tenant_and_name_are_a_fault_of_the_second(home: Home) -> None:
    home.job(name="shop")
    home.job(OTHER.format("acme"), name="stall")
    home.write("jobs/zeta/shop.yaml", OTHER.format("zeta"))
    first, second, third = validate([home.root])
    assert (first.faults, third.faults) == ((), ())
    assert "is the job 'shop' of 'acme', as " in str(second.faults[0])


def test_a_file_that_is_named_twice_is_no_fault(home: Home) -> None:
    path = home.job()
    assert [check.faults for check in validate([path, path.parent])] == [(), ()]


def test_secrets_state_hidden_folders_and_what_links_lead_to_are_not_read(home: Home) -> None:
    home.job()
    for place in ("secrets/acme/stripe.yaml", "state/x.yaml", ".git/x.yaml", "jobs/.x.yaml"):
        home.write(place, "tenant: [")
    (home.root / "jobs/loop").symlink_to(home.root)
    assert [os.path.basename(check.path) for check in validate([home.root])] == ["shop.yaml"]  # noqa: PTH119  # a text


def test_a_file_that_is_named_is_taken_for_a_job_whatever_it_says(home: Home) -> None:
    path = home.write("jobs/acme/empty.yaml", "")
    (check,) = validate([path])
    assert (check.kind, bool(check.faults)) == ("job", True)


def test_a_secret_that_a_job_names_is_not_looked_up(home: Home) -> None:
    text = OTHER.format("acme").replace("iceberg}", 'iceberg, catalog: {uri: "http://x/", token: "${secret:a.b}"}}')
    assert validate([home.job(text)])[0].faults == ()


def test_a_runner_file_is_held_against_its_model_with_its_jobs(home: Home) -> None:
    home.job(name="shop")
    schedule = "{name: nightly, config: jobs/acme/shop.yaml, cron: 0 3 * * *%s}"
    text = "runner:\n  orchestrator:\n    type: dagster\n    schedules:\n      - " + schedule
    good = home.write("configs/runner.yaml", text % "")
    bad = home.write("configs/other.yaml", text % ", timezon: UTC")
    home.job("tenant: acme\n", name="stall")
    third = home.write("configs/third.yaml", (text % "").replace("shop", "stall"))
    first, second, last = validate([good, bad, third])
    assert (first.kind, first.faults) == ("runner", ())
    assert "did you mean 'timezone'?" in str(second.faults[0])
    assert "the key 'source' is missing" in str(last.faults[0])
