"""Every way of paging, in every order, keeps every obligation of a source."""

from __future__ import annotations

from ingest_core.testing import conformance_test
from paged_api import PAGINGS, system_of

SIZES = {"sizes-told": "no API says how many bytes it holds"}

for paging in PAGINGS:
    for order in ("ascending", "descending", "none"):
        name = f"{paging}-{order}".replace("-", "_")
        globals()[f"test_{name}"] = conformance_test(system_of(name, paging=paging, order=order), SIZES)
        globals()[f"test_{name}_without_windows"] = conformance_test(
            system_of(f"{name}_bare", paging=paging, order=order, windows=False), SIZES
        )
