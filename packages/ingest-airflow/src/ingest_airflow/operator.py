"""The operator that runs a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from ingest_airflow.child_process import ChildProcess

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST_WAIT = 600
"""Seconds that a run waits for one of its tenant that Airflow knows nothing of: one that was started in a shell."""

PASSING = "TransientError"


class IngestOperator(BaseOperator):
    """Runs one job of `ingest`, in a process of its own that ends with the task.

    Args:
        job: The job file. A relative path starts in the home folder.
        home: The home folder; else ``INGEST_HOME``, or the nearest folder above the job file that holds ``jobs/``.
        overrides: What this task does otherwise than the job says: ``objects``, a list of names; ``full_refresh``, true
            to read all anew.
        tenant_limit: How many runs of the tenant may go on at once.
        partial: What becomes of the task when only a part was committed: ``fail``, or ``warn``, and succeed.
        tables: The outlets' tables by asset name, each with the objects that land in it.
        kwargs: As every operator takes them.
    """

    template_fields: Sequence[str] = ("job", "overrides")

    def __init__(  # noqa: PLR0913  # each is a word of its own to whoever writes a DAG
        self,
        *,
        job: str,
        home: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        tenant_limit: int = 1,
        partial: Literal["fail", "warn"] = "fail",
        tables: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,  # noqa: ANN401  # as Airflow has it
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.home = home
        self.overrides = dict(overrides or {})
        self.tenant_limit = tenant_limit
        self.partial = partial
        self.tables = {name: list(objects) for name, objects in (tables or {}).items()}
        self._child: ChildProcess | None = None

    def execute(self, context: Context) -> dict[str, Any]:
        """Run the job; see :class:`airflow.sdk.BaseOperator`.

        Returns:
            Rows, bytes and snapshots, for XCom.

        Raises:
            AirflowFailException: Nothing that passes kept the job from landing; it is not tried again.
            AirflowException: Something that passes did; Airflow tries again as often as the task says.
        """
        asked = {
            "job": self.job,
            "home": self.home,
            "objects": self.overrides.get("objects", []),
            "full_refresh": bool(self.overrides.get("full_refresh")),
            "wait": LONGEST_WAIT,
            "tenant_limit": self.tenant_limit,
        }
        self._child = ChildProcess(asked, self.log.info)
        report = self._child.report()
        self._tell_outlets(context, report)
        self._raise_for(report)
        return _told(report)

    def on_kill(self) -> None:
        """End the run, and all that it began; see :class:`airflow.sdk.BaseOperator`."""
        if self._child:
            self._child.stop()

    def _tell_outlets(self, context: Context, report: Mapping[str, Any]) -> None:
        for asset in self.outlets:
            objects = self.tables.get(asset.name, [])
            own = [each for each in report.get("objects", ()) if each["name"] in objects]
            if own:
                context["outlet_events"][asset].extra = _told({**report, "objects": own})

    def _raise_for(self, report: Mapping[str, Any]) -> None:
        if not report:
            raise AirflowException("the run's process left no word: it was killed, or could not begin")
        if "refused" in report:
            raise AirflowFailException(report["refused"])
        if report["outcome"] == "success":
            return
        if report["outcome"] == "partial":
            if self.partial == "fail":
                raise AirflowFailException(report["told"])
            self.log.warning(report["told"])
            return
        if report["error_types"] == [PASSING]:
            raise AirflowException(report["told"])
        raise AirflowFailException(report["told"])


def _told(report: Mapping[str, Any]) -> dict[str, Any]:
    objects = report["objects"]
    return {
        "run_id": report["run_id"],
        "outcome": report["outcome"],
        "rows": sum(each["rows"] for each in objects),
        "bytes": sum(each["size"] for each in objects),
        "snapshot_ids": {each["table"]: str(each["snapshot_id"]) for each in objects if each["snapshot_id"]},
    }
