"""What an answer means to Airflow: which failures it tries again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from airflow.sdk.exceptions import AirflowException, AirflowFailException

Partial = Literal["fail", "warn"]
"""What becomes of a task of which a part was done: it fails, or it succeeds and warns."""

PASSING = ["TransientError"]


def check_policy(on_partial: str) -> None:
    """Refuse a policy that is not known.

    Raises:
        ValueError: It is not.
    """
    if on_partial not in get_args(Partial):
        raise ValueError(f"IngestOperator: on_partial is {on_partial!r}: say one of {', '.join(get_args(Partial))}")


def raise_for(answer: Mapping[str, Any], partial: Partial, warn: Callable[[str], object]) -> None:
    """Raise what an answer that is no success means.

    Args:
        answer: The process's answer.
        partial: What a part is.
        warn: Is told where a part is a success.

    Raises:
        AirflowFailException: Nothing that passes stood in the way, or a part was committed: a person is to look.
        AirflowException: Something that passes did, or the process was ended; Airflow tries again as the task says.
    """
    if not answer:
        raise AirflowException("the process left no word: it was killed, or could not begin; the log has more")
    if "refused" in answer:
        raise AirflowFailException(answer["refused"])
    if answer["outcome"] == "success":
        return
    if answer["stopped"]:
        raise AirflowException(answer["told"] or "it was stopped")
    if answer["outcome"] == "partial" and partial == "warn":
        warn(answer["told"])
        return
    if answer["outcome"] == "failure" and answer["error_types"] == PASSING:
        raise AirflowException(answer["told"])
    raise AirflowFailException(answer["told"])
