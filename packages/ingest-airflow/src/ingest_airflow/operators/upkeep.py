"""The operator that maintains the tables of a tenant, as ``ingest maintain --tenant`` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ingest_airflow.operators.outcome import raise_for
from ingest_airflow.operators.within import ProcessOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class IngestMaintenanceOperator(ProcessOperator):
    """Compacts the tables of a tenant's jobs, expires their snapshots, and removes files that nothing names.

    Args:
        tenant: Whose tables.
        home: The home folder, which holds ``jobs/<tenant>``.
        tenant_limit: How many runs of the tenant may go on at once.
        kwargs: As every operator takes them.
    """

    template_fields: Sequence[str] = ("tenant",)
    ui_color = "#eef3d8"

    def __init__(self, *, tenant: str, home: str, tenant_limit: int = 1, **kwargs: Any) -> None:  # noqa: ANN401  # as Airflow has it
        super().__init__(**kwargs)
        self.tenant = tenant
        self.home = home
        self.tenant_limit = tenant_limit

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Maintain the tables; see :class:`airflow.sdk.BaseOperator`.

        Returns:
            What was done with each table, for XCom.

        Raises:
            AirflowFailException: A person must mend something.
            AirflowException: Something that passes stood in the way.
        """
        del context
        answer = self.answer({"maintain": self.tenant, "home": self.home, "tenant_limit": self.tenant_limit})
        raise_for(answer, "fail", self.log.warning)
        tables: list[dict[str, Any]] = answer["tables"]
        return tables
