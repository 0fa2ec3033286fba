"""Commit protocols that are wrong, each as somebody might have written it. The suite must catch every one."""

from __future__ import annotations

from typing import Any

from ingest_core.catalogs import opened, protocol, staging
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.failpoints import reach
from ingest_core.ports import Committed
from ingest_core.state import State
from pyiceberg.table.update import SetPropertiesUpdate

from proof.support.tampering import swap


def state_before_rows() -> None:
    """Write the position first, and the rows in a second commit."""

    def post(catalog: Any, staged: Any) -> None:  # noqa: ANN401  # as the protocol's own
        position = [update for update in staged.updates if isinstance(update, SetPropertiesUpdate)]
        rows = [update for update in staged.updates if not isinstance(update, SetPropertiesUpdate)]
        catalog.commit_table(staged.table, (), tuple(position))
        reach("commit answered")
        catalog.commit_table(staged.table, (), tuple(rows))

    swap(protocol, "post", post)


def retry_without_looking() -> None:
    """Send again upon the table as it is, whenever an answer is not the one hoped for."""

    def land(attempt: Any, written: Any) -> Any:  # noqa: ANN401  # as the protocol's own
        current = written
        while True:
            staged = staging.stage(current, attempt.change, attempt.state, attempt.key)
            try:
                staging.post(attempt.catalog, staged)
            except Exception:  # noqa: BLE001  # the defect
                current = IcebergTable(attempt.load(), written.context)
            else:
                return protocol._read_back(attempt, attempt.load(), staged, written)  # noqa: SLF001  # the rest is not in question

    swap(opened, "land", land)


def identity_by_run_alone() -> None:
    """Take any commit of one's own run for the one that was just sent."""
    swap(State, "holds", lambda self, pair: pair[0] in {run for run, _ in self.recent})


def own_append_of_the_library() -> None:
    """Commit by pyiceberg's transaction, with its retries."""

    def land(attempt: Any, written: Any) -> Any:  # noqa: ANN401  # as the protocol's own
        with written.inner.transaction() as transaction:
            with transaction.update_snapshot().fast_append() as append:
                for file in attempt.change.files:
                    append.append_data_file(file.entry)
            transaction.set_properties({attempt.key.property_name: attempt.state.encode()})
        after = attempt.load()
        return Committed(after.current_snapshot().snapshot_id, None, attempt.state, written)

    swap(opened, "land", land)
