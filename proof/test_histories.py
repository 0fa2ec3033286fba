"""Random histories of a job: the source changes, runs come and are killed, rivals write, positions are reset.

A state machine of hypothesis plays them on the embedded catalog and compares the table with the oracle after each step
that ends well. A history that failed once is kept below as an example.
"""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Any, get_args

import pytest
from dialled import Row
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from ingest_core.failpoints import POINTS
from ingest_core.ports import WriteMode

from proof.support.home import Home
from proof.support.moments import METADATA_WRITTEN, ROW_MOVED, Moment
from proof.support.oracle import expected, landed
from proof.support.processes import Ended, Tampering, run_job, start
from proof.support.table import TABLE, Mark
from proof.support.tampering import LIES, Lie
from proof.support.target import Target

KEYS = st.integers(0, 7)
"""Few, so that rows often meet."""


class Histories(RuleBasedStateMachine):
    """One job, its source and its table."""

    write: str = "append"

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._rows: list[Row] = []
        self._clock = 0
        self._landed_any = False

    @initialize(
        order=st.sampled_from(["cursor", "scan"]),
        batch_rows=st.integers(1, 5),
        commit_every=st.sampled_from([None, None, 1, 4]),
    )
    def begin(self, order: str, batch_rows: int, commit_every: int | None) -> None:
        """Dial the source and write the job."""
        options = {"order": order, "batch_rows": batch_rows, "checkpoint_batches": 1, "splits": 3}
        allowed = self.write == "history" or (self.write in ("append", "merge") and order == "cursor")
        special: dict[str, Any] = {"commit_every": commit_every} if commit_every and allowed else {}
        if self.write == "replace":
            special["allow_empty"] = True
        folder = Path(self._folder.name)
        self.home = Home(folder, f"acme_{secrets.token_hex(4)}", Target("embedded", {}), self.write, options, special)
        self.home.put([])

    @rule(keys=st.lists(st.tuples(KEYS, st.booleans(), st.integers(0, 1)), min_size=1, max_size=6))
    def source_changes(self, keys: list[tuple[int, bool, int]]) -> None:
        """Add rows, at the cursor's last value or beyond; of a key and a cursor there is one."""
        for key, gone, step in keys:
            at = self._clock + step
            if not any((row.id, row.at) == (key, at) for row in self._rows):
                self._rows.append(Row(key, at, secrets.token_hex(3), gone=gone and self.write in ("merge", "history")))
            self._clock = at
        self.home.put(self._rows)

    @rule()
    def runs(self) -> None:
        """Run to the end."""
        ended = self._run()
        assert ended.code == 0, ended.stderr
        assert landed(self.home) == expected(self.write, self._rows)

    @rule(point=st.sampled_from([*POINTS, METADATA_WRITTEN, ROW_MOVED]), nth=st.integers(1, 3))
    def is_killed(self, point: str, nth: int) -> None:
        """Be killed at a moment, if it comes so often."""
        ended = self._run(Moment(point, nth))
        assert ended.was_killed or ended.code == 0, ended.stderr

    @rule(kind=st.sampled_from(LIES), nth=st.integers(1, 2))
    def is_lied_to(self, kind: Any, nth: int) -> None:  # noqa: ANN401  # one of the kinds
        """Get an answer that is not true, and see through it."""
        ended = self._run(Lie(kind, nth))
        assert ended.code == 0, ended.stderr
        assert landed(self.home) == expected(self.write, self._rows)

    @rule(truncate=st.booleans(), point=st.sampled_from([None, *POINTS, METADATA_WRITTEN, ROW_MOVED]))
    def is_reset(self, truncate: bool, point: str | None) -> None:  # noqa: FBT001  # drawn
        """Have the position reset, and perhaps be killed at it; appended rows that were kept would come again."""
        said = ("--truncate",) if truncate or self.write == "append" else ("--keep-rows",)
        tampering = (Moment(point),) if point else ()
        ended = start(self.home.path, ("state", "reset", "--config", str(self.home.job_file), *said), *tampering).end()
        assert ended.was_killed or ended.code == 0, ended.stderr

    @precondition(lambda self: self._landed_any)
    @rule()
    def is_compacted(self) -> None:
        """Have a stranger write every row anew."""
        table = self.home.target.table(self.home.path, self.home.namespace, "orders")
        if table is not None and table.current_snapshot() is not None:
            table.overwrite(table.scan().to_arrow())

    def _run(self, *tampering: Tampering) -> Ended:
        ended = run_job(self.home.path, *tampering)
        self._landed_any = self._landed_any or ended.code == 0
        return ended

    def teardown(self) -> None:
        """Run once more, and compare."""
        if hasattr(self, "home"):
            self.runs()
        self._folder.cleanup()


@pytest.mark.parametrize("write", get_args(WriteMode))
def test_whatever_happens_the_table_holds_the_rows_once(write: str, request: pytest.FixtureRequest) -> None:
    machine = type(f"{write.title()}Histories", (Histories,), {"write": write})
    with request.config.stash[TABLE].marking(Mark("random histories", "embedded", "steps", write)):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=20,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
