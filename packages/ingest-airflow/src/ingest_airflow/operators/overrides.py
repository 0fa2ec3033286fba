"""What a task does otherwise than its job says."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

OVERRIDES = ("objects", "full_refresh")

_SAID = {"true": True, "false": False}


def check_names(overrides: Mapping[str, Any]) -> None:
    """Refuse an override that is not known. What it says is not looked at: it may be a template still.

    Raises:
        ValueError: It is one.
    """
    for name in overrides:
        if name not in OVERRIDES:
            close = get_close_matches(name, OVERRIDES, n=1)
            mend = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(OVERRIDES)}"
            raise ValueError(f"IngestOperator: unknown override {name!r}: {mend}")


def wanted(overrides: object) -> dict[str, Any]:
    """Give what a job's run is asked to do otherwise, once templates are filled in.

    Args:
        overrides: As the operator has them.

    Returns:
        ``objects``, a list of names, and ``full_refresh``.

    Raises:
        AirflowFailException: One is no such value.
    """
    if not isinstance(overrides, Mapping):
        raise AirflowFailException(f"the overrides are {overrides!r}: say a mapping, with {' or '.join(OVERRIDES)}")
    try:
        check_names(overrides)
    except ValueError as error:
        raise AirflowFailException(str(error)) from None
    objects, refresh = overrides.get("objects") or [], overrides.get("full_refresh") or False
    if not isinstance(objects, list | tuple) or not all(isinstance(each, str) for each in objects):
        raise AirflowFailException(f"the override 'objects' is {objects!r}: say a list of names")
    # A template gives text, unless its DAG renders native objects.
    refresh = _SAID.get(refresh.strip().lower(), refresh) if isinstance(refresh, str) else refresh
    if not isinstance(refresh, bool):
        raise AirflowFailException(f"the override 'full_refresh' is {refresh!r}: say true or false")
    return {"objects": list(objects), "full_refresh": refresh}
