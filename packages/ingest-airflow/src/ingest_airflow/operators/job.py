"""The operator that runs a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest_airflow.operators.landed import landed
from ingest_airflow.operators.outcome import Partial, check_policy, raise_for
from ingest_airflow.operators.overrides import check_names, wanted
from ingest_airflow.operators.within import ProcessOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class IngestOperator(ProcessOperator):
    """Runs one job of `ingest`, in a process of its own that ends with the task.

    Args:
        job: The job file. A relative path starts in the home folder.
        home: The home folder; else ``INGEST_HOME``, or the nearest folder above the job file that holds ``jobs/``.
        overrides: What this task does otherwise than the job says: ``objects``, a list of names; ``full_refresh``, true
            to read all anew. A template may stand for each, and the output of another task for all.
        tenant_limit: How many runs of the tenant may go on at once.
        on_partial: What becomes of the task when only a part was committed: ``fail`` for good, or ``warn`` and succeed.
        kwargs: As every operator takes them. An outlet whose name is a table's, ``tenant/namespace/table``, is told
            what landed there.

    Raises:
        ValueError: An override or a policy is unknown.
    """

    template_fields: Sequence[str] = ("job", "overrides")
    ui_color = "#d7ecf5"

    def __init__(
        self,
        *,
        job: str,
        home: str | None = None,
        overrides: Any = None,  # noqa: ANN401  # a mapping, or what becomes one: a template, another task's output
        tenant_limit: int = 1,
        on_partial: Partial = "fail",
        **kwargs: Any,  # noqa: ANN401  # as Airflow has it
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.home = home
        self.overrides = overrides or {}
        self.tenant_limit = tenant_limit
        self.on_partial = on_partial
        if isinstance(self.overrides, Mapping):
            check_names(self.overrides)
        check_policy(on_partial)

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
                **wanted(self.overrides),
                "tenant_limit": self.tenant_limit,
            }
        )
        raise_for(answer, self.on_partial, self.log.warning)
        self._tell_outlets(context, answer)
        return landed(answer, answer["objects"])

    def _tell_outlets(self, context: Context, answer: Mapping[str, Any]) -> None:
        for asset in self.outlets:
            # A reference by URI alone has no name.
            name = getattr(asset, "name", "").replace("/", ".")
            own = [each for each in answer["objects"] if f"{answer['tenant']}.{each['table']}" == name]
            if own:
                context["outlet_events"][asset].extra = landed(answer, own)
