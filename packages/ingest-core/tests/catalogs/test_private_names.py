"""The private names of pyiceberg on which staging rests are there and mean what we take them to mean."""

from typing import TYPE_CHECKING

import pyarrow as pa
from ingest_core.catalogs.private_names import ReplaceFiles, replacing, schema_with_fresh_ids, stage_unsorted
from ingest_core.catalogs.rest import TimedRestCatalog
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update import AddSnapshotUpdate, AssertRefSnapshotId, SetPropertiesUpdate, SetSnapshotRefUpdate
from pyiceberg.table.update.snapshot import _OverwriteFiles
from pyiceberg.transforms import IdentityTransform

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Landing
    from pyiceberg.table import Transaction


def staged(folder: "Path") -> "Transaction":
    catalog = SqlCatalog("contract", uri=f"sqlite:///{folder}/catalog.db", warehouse=folder.as_uri())
    catalog.create_namespace("acme")
    transaction = catalog.create_table("acme.orders", schema=pa.schema([("id", pa.int64())])).transaction()
    with transaction.update_snapshot().fast_append():
        pass
    return transaction.set_properties({"a": "b"})


def test_a_transaction_holds_its_updates_and_requirements_until_it_is_committed(tmp_path: "Path") -> None:
    transaction = staged(tmp_path)
    kinds = [type(update) for update in transaction._updates]  # noqa: SLF001  # the contract
    assert kinds == [AddSnapshotUpdate, SetSnapshotRefUpdate, SetPropertiesUpdate]
    assert [type(requirement) for requirement in transaction._requirements] == [AssertRefSnapshotId]  # noqa: SLF001  # the contract


def test_a_new_tables_columns_get_ids_in_order_parents_before_what_is_inside_them() -> None:
    columns = pa.schema(
        [("a", pa.struct([("b", pa.int64())])), ("c", pa.list_(pa.string())), pa.field("d", pa.uuid(), nullable=False)]
    )
    schema = schema_with_fresh_ids(columns, ["d"])
    assert {name: schema.find_field(name).field_id for name in ("a", "c", "d", "a.b", "c.element")} == {
        "a": 1, "c": 2, "d": 3, "a.b": 4, "c.element": 5,
    }  # fmt: skip
    assert schema.identifier_field_ids == [3]


def test_an_order_is_taken_away_by_updates_that_name_the_unsorted_one(tmp_path: "Path") -> None:
    transaction = staged(tmp_path)
    with transaction.update_sort_order() as update:
        update.asc("id", IdentityTransform())
    stage_unsorted(transaction)
    assert transaction.table_metadata.default_sort_order_id == 0


def test_files_are_replaced_under_that_name_and_counted_whatever_their_partition(landing: "Landing") -> None:
    rows = pa.record_batch([pa.array([1.5, None, float("nan")], pa.float32())], names=["x"])
    table = landing.land("replaced", [rows], landing.layout(["x"]))
    files = landing.data_files(table)
    transaction = table.transaction()
    with replacing(transaction, table.io, {"said": "so"}) as producer:
        for file in files:
            producer.delete_data_file(file)
        producer.append_data_file(files[0])
    (added, _) = transaction._updates  # noqa: SLF001  # the contract
    assert isinstance(added, AddSnapshotUpdate)
    summary = added.snapshot.summary
    assert summary is not None
    assert summary.operation is Operation.REPLACE
    told = {name: summary[name] for name in ("said", "deleted-data-files", "added-data-files", "total-records")}
    assert told == {"said": "so", "deleted-data-files": "3", "added-data-files": "1", "total-records": "1"}
    transaction.commit_transaction()
    assert len(landing.data_files(table)) == 1


def test_replacing_rests_on_methods_that_an_overwrite_has() -> None:
    own = {name for name in vars(ReplaceFiles) if name.startswith("_") and not name.startswith("__")}
    assert {"_summary", "_build_manifest_evaluator", "_build_delete_files_partition_predicate"} <= own
    assert all(hasattr(_OverwriteFiles, name) for name in ("_summary", "_build_manifest_evaluator"))
    assert hasattr(_OverwriteFiles, "_build_delete_files_partition_predicate")


def test_the_rest_catalog_makes_its_sessions_and_its_files_where_we_put_what_is_ours() -> None:
    assert RestCatalog._create_session is not TimedRestCatalog._create_session  # noqa: SLF001  # the contract
    assert {"_create_session", "_config_headers", "_load_file_io"} <= vars(RestCatalog).keys()
