"""Every way of paging, in every order, keeps every obligation of a source."""

from __future__ import annotations

from ingest_core.testing import conformance_test
from paged_api import PAGINGS, system_of

SIZES = {"sizes-told": "no API says how many bytes it holds"}
ORDERS = ("ascending", "descending", "none")
SETTLING = {"settles": "2ms"}

for paging in PAGINGS:
    for order in ORDERS:
        name = f"{paging}-{order}".replace("-", "_")
        globals()[f"test_{name}"] = conformance_test(system_of(name, paging=paging, order=order), SIZES)

for order in ORDERS:
    # An API that can only be read from its beginning: what is known already is told apart here.
    bare = system_of(f"bare_{order}", paging="cursor", order=order, windows=False)
    globals()[f"test_without_windows_{order}"] = conformance_test(bare, SIZES)
    late = system_of(f"late_{order}", paging="cursor", order=order, **SETTLING)
    globals()[f"test_settling_{order}"] = conformance_test(late, SIZES)

for order in ORDERS[:2]:
    sought = system_of(f"sought_{order}", paging="offset", order=order, seek=True)
    globals()[f"test_sought_{order}"] = conformance_test(sought, SIZES)

test_spans = conformance_test(system_of("spans", paging="cursor", order="none", span="12h"), SIZES)
