"""What another catalog, or a former table, may still need is no orphan, though this catalog knows nothing of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.orphans import orphans, remove
from ingest_core.plugin import Kept

if TYPE_CHECKING:
    from conftest import Attic, Home


def land(home: Home, *numbers: int) -> None:
    """Land files of one row each, one by one."""
    for number in numbers:
        home.write(f"data/orders-{number}.csv", f"id,name\n{number},n\n")
        assert home.run().outcome == 0


def clean(attic: Attic, home: Home, kept: Kept | None = None) -> int:
    """Remove what the catalog of a home finds to be orphans, and count it."""
    catalog = home.catalog()
    table = catalog.load_table(("acme", "csv_orders"))
    found = orphans(table, kept or attic.kept, lambda: live_in_catalog(catalog, table))
    return len(remove(table, found))


def test_a_copy_of_a_home_takes_nothing_from_the_original_that_went_on(attic: Attic, tmp_path: Path) -> None:
    land(attic.home, 0, 1)
    copy = replace(attic.home, root=tmp_path / "copy")
    shutil.copytree(attic.home.root, copy.root)
    land(attic.home, 2, 3, 4, 5)
    attic.age()
    assert clean(attic, copy) == 0
    assert attic.home.values("csv_orders", "id") == [(number,) for number in range(6)]


def test_after_a_catalog_was_brought_back_the_way_forward_stays(attic: Attic, tmp_path: Path) -> None:
    land(attic.home, 0)
    state = attic.home.root / "state"
    shutil.copytree(state, tmp_path / "backup", ignore=shutil.ignore_patterns("warehouse"))
    land(attic.home, 1, 2, 3)
    newest = attic.table().metadata_location
    for file in state.glob("catalog.db*"):
        file.unlink()
    for file in (tmp_path / "backup").glob("catalog.db*"):
        shutil.copy(file, state)
    attic.age()
    assert clean(attic, attic.home) == 0
    catalog = attic.catalog
    catalog.drop_table(("acme", "csv_orders"))
    catalog.register_table(("acme", "csv_orders"), newest)
    assert attic.home.values("csv_orders", "id") == [(number,) for number in range(4)]


@pytest.mark.parametrize(("history", "gone"), [(5, False), (3, True)], ids=["within history", "before it"])
def test_a_table_that_was_dropped_where_another_one_is_now_has_its_history(
    attic: Attic, history: int, *, gone: bool
) -> None:
    land(attic.home, 0, 1)
    former = attic.table()
    attic.catalog.drop_table(("acme", "csv_orders"))
    shutil.rmtree(attic.home.root / "state/targets")
    land(attic.home, 2)
    assert attic.table().location() == former.location()
    attic.age()
    kept = replace(attic.kept, history_since=attic.now - timedelta(days=history))
    assert bool(clean(attic, attic.home, kept)) is gone
    assert Path(former.metadata_location.removeprefix("file://")).exists() is not gone
    assert len(attic.home.values("csv_orders", "id")) == 3


@pytest.mark.parametrize("begun", [0, 20, 600], ids=["no word of it", "before the id", "after the id"])
def test_metadata_that_was_never_finished_is_an_orphan_like_any_file(attic: Attic, begun: int) -> None:
    land(attic.home, 0)
    whole = Path(attic.table().metadata_location.removeprefix("file://")).read_bytes()
    left = attic.left_over("metadata/00009-dead.metadata.json")
    left.write_bytes(whole[:begun])
    attic.age()
    assert clean(attic, attic.home) == 1
    assert not left.exists()
