"""The operator that runs a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from ingest_airflow.operators.landed import landed
from ingest_airflow.operators.outcome import Partial, raise_for
from ingest_airflow.operators.within import ProcessOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

OVERRIDES = ("objects", "full_refresh")


class IngestOperator(ProcessOperator):
    """Runs one job of `ingest`, in a process of its own that ends with the task.

    Args:
        job: The job file. A relative path starts in the home folder.
        home: The home folder; else ``INGEST_HOME``, or the nearest folder above the job file that holds ``jobs/``.
        overrides: What this task does otherwise than the job says: ``objects``, a list of names; ``full_refresh``, true
            to read all anew.
        tenant_limit: How many runs of the tenant may go on at once.
        on_partial: What becomes of the task when only a part was committed: ``fail`` for good, or ``warn`` and succeed.
        tables: The outlets' tables by asset name, each with the objects that land in it.
        kwargs: As every operator takes them.

    Raises:
        ValueError: An override or a policy is unknown.
    """

    template_fields: Sequence[str] = ("job", "overrides")
    ui_color = "#d7ecf5"

    def __init__(  # noqa: PLR0913  # each is a word of its own to whoever writes a DAG
        self,
        *,
        job: str,
        home: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        tenant_limit: int = 1,
        on_partial: Partial = "fail",
        tables: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,  # noqa: ANN401  # as Airflow has it
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.home = home
        self.overrides = dict(overrides or {})
        self.tenant_limit = tenant_limit
        self.on_partial = on_partial
        self.tables = {name: list(objects) for name, objects in (tables or {}).items()}
        _check(self.overrides, on_partial)

    def execute(self, context: Context) -> dict[str, Any]:
        """Run the job; see :class:`airflow.sdk.BaseOperator`.

        Returns:
            Rows, bytes and snapshots, for XCom.

        Raises:
            AirflowFailException: Nothing that passes kept the job from landing; it is not tried again.
            AirflowException: Something that passes did; Airflow tries again as often as the task says.
        """
        answer = self.answer(
            {
                "job": self.job,
                "home": self.home,
                "objects": self.overrides.get("objects", []),
                "full_refresh": bool(self.overrides.get("full_refresh")),
                "tenant_limit": self.tenant_limit,
            }
        )
        raise_for(answer, self.on_partial, self.log.warning)
        self._tell_outlets(context, answer)
        return landed(answer, answer["objects"])

    def _tell_outlets(self, context: Context, answer: Mapping[str, Any]) -> None:
        for asset in self.outlets:
            own = [each for each in answer["objects"] if each["name"] in self.tables.get(asset.name, ())]
            if own:
                context["outlet_events"][asset].extra = landed(answer, own)


def _check(overrides: Mapping[str, Any], on_partial: str) -> None:
    for name in overrides:
        if name not in OVERRIDES:
            close = get_close_matches(name, OVERRIDES, n=1)
            mend = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(OVERRIDES)}"
            raise ValueError(f"IngestOperator: unknown override {name!r}: {mend}")
    if on_partial not in get_args(Partial):
        raise ValueError(f"IngestOperator: on_partial is {on_partial!r}: say one of {', '.join(get_args(Partial))}")
