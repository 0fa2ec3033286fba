"""A Nessie that keeps its data in memory alone forgets at a restart: a job does not begin anew unasked."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from e2e.support.exactness import differences
from e2e.support.home import make_home
from e2e.support.product import RUN
from e2e.support.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.nessie import Nessie
    from e2e.support.product import Product


def test_a_server_that_forgot_is_refused_until_the_job_is_told_to_begin_anew(
    product: Product, servers: Servers, nessie_beside: Callable[..., Nessie], tmp_path: Path
) -> None:
    forgetful = nessie_beside("forgetful", {"nessie.version.store.type": "IN_MEMORY"})
    home = make_home(tmp_path / "home", f"acme_{secrets.token_hex(4)}", forgetful, servers.store)
    assert product.run(home).exit_code == 0
    forgetful.kill()
    reader = Reader(forgetful.back(), servers.store)
    refused = product.run(home)
    assert refused.exit_code == 2, refused.stderr
    for each in refused.report["objects"]:
        assert each["error_type"] == "JobError"
        assert f"the table {each['table']} is gone since this job last landed in it" in each["error"]
        assert "run with --recreate to load everything anew" in each["error"]
    assert not reader.exists(home.namespace, "csv_flights")
    anew = product.run(home, (*RUN, "--recreate"))
    assert anew.exit_code == 0, anew.stderr
    assert anew.rows() == {"flights": 500, "airports": 3}
    assert differences(reader, home) == []
