"""Stands for a DAG that cannot be made any more when one of its tasks is to run: the task fails, and says why.

Without it Airflow would look for the DAG again and again, and say no more than that it is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from airflow.sdk import DAG, BaseOperator
from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context


class RefusingOperator(BaseOperator):
    """Fails for good.

    Args:
        faults: What a person must mend.
        kwargs: As every operator takes them.
    """

    def __init__(self, *, faults: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # whatever an operator takes
        self.faults = faults

    def execute(self, context: Context) -> NoReturn:
        """See :class:`airflow.sdk.BaseOperator`.

        Raises:
            AirflowFailException: Always.
        """
        del context
        raise AirflowFailException(f"nothing was committed\n{self.faults}")


def refusing_dag(name: str, tasks: Iterable[str], faults: str) -> DAG:
    """Make such a DAG.

    Args:
        name: Its id.
        tasks: The ids of its tasks.
        faults: What a person must mend.
    """
    with DAG(dag_id=name, schedule=None) as dag:
        for task in tasks:
            RefusingOperator(task_id=task, faults=faults)
    return dag
