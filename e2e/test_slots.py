"""A container and a shell that share a state folder share its slots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest_core.executor.slots import tenant_slot
from ingest_core.plugin import RunContext

from e2e.support.product import RUN

if TYPE_CHECKING:
    from e2e.support.home import Home
    from e2e.support.product import Product


def of_the_shell(home: Home) -> RunContext:
    return RunContext(Path(home.path), "acme", "by_hand", "run-of-the-shell")


def test_a_container_is_refused_while_a_shell_holds_the_slot_and_runs_afterwards(product: Product, home: Home) -> None:
    with tenant_slot(of_the_shell(home)):
        # The image's user may not be the one whose file it is.
        (home.path / "state/locks").chmod(0o777)
        (home.path / "state/locks/acme.lock").chmod(0o666)
        refused = product.run(home, (*RUN, "--wait", "1s"))
    assert (refused.exit_code, refused.report["error_type"]) == (2, "TransientError")
    assert "still busy after 1s: job 'by_hand' (run run-of-the-shell" in refused.report["error"]
    assert product.run(home).exit_code == 0
