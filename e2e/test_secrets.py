"""No canary of the whole session is in anything that its tests left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.support import canaries
from e2e.support.canaries import Canaries, images
from e2e.support.canaries.searching import folder, search
from e2e.support.canaries.taking import take

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.support.canaries.evidence import Evidence
    from e2e.support.home import Home
    from e2e.support.product import Product


DEBUG = ("tenant: acme", "tenant: acme\nlogging: {level: debug}")
WRONG_KEY = ("${secret:s3.secret_key}", "${secret:s3.access_key}")
SEEN = {"logs", "s3", "nessie", "state"}
"""Where the name of the namespace that a job landed in is found, unless the search is blind there."""
HELD = ("password of Airflow's page", "state/airflow/passwords.json")
"""Airflow takes its page's passwords from a file, which is for its owner alone."""


@pytest.mark.parametrize(
    ("change", "exit_code"), [(None, 0), (DEBUG, 0), (WRONG_KEY, 2)], ids=["plain", "debug", "wrong-key"]
)
def test_a_run_tells_no_canary(product: Product, home: Home, change: tuple[str, str] | None, exit_code: int) -> None:
    if change:
        home.replace_in_job(*change)
    result = product.run(home)
    assert result.exit_code == exit_code, result.stderr
    assert result.report["run_id"] in result.stderr
    told = [("stdout", result.stdout.encode()), ("stderr", result.stderr.encode())]
    assert list(search(told, canaries.ALL)) == []


@pytest.mark.after_all
def test_no_canary_is_in_logs_state_s3_nessie_or_image(
    product: Product, home: Home, evidence: Evidence, left: Path
) -> None:
    assert product.run(home).exit_code == 0
    evidence.add(left)
    while evidence.live:
        take(evidence.live.pop(), evidence)
    assert evidence.missing == []
    seen = {found.place for found in search(folder(left), Canaries(home.namespace))}
    assert {place for place in SEEN if any(f"/{place}/" in each for each in seen)} == SEEN
    found = {*search(folder(left), canaries.ALL), *search(images.contents_of(evidence.images), canaries.ALL)}
    leaks = {each for each in found if each.name != HELD[0] or not each.place.endswith(HELD[1])}
    if leaks:
        pytest.fail("\n".join(["found where no secret may be:", *sorted(map(str, leaks))]), pytrace=False)
