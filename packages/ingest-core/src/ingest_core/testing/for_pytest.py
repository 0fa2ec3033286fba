"""The checks as tests of pytest's, which is imported only where this is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest_core.testing.check import Check, MakeSystem
from ingest_core.testing.errors import DoesNotApplyError
from ingest_core.testing.suite import CHECKS, refuse_excuses


def conformance_test(make: MakeSystem, excused: Mapping[str, str] | None = None) -> Callable[..., Any]:
    """Make a test function of pytest's, with a case for each check.

    Bind it to a name that begins with ``test_``. A check that has nothing to look at is skipped, with what it lacks.

    Args:
        make: Makes the system.
        excused: Reasons, by the names of checks, why the source does not do what it only should.

    Raises:
        ValueError: What must be kept is excused, or no check is of that name.
    """
    import pytest  # noqa: PLC0415  # the core does not depend on it; who calls this has it

    reasons = dict(excused or {})
    refuse_excuses(reasons)

    @pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
    def test(check: Check, tmp_path: Path) -> None:
        if check.name in reasons:
            pytest.skip(reasons[check.name])
        try:
            check.hold(make(tmp_path))
        except DoesNotApplyError as nothing:
            pytest.skip(str(nothing))

    return test
