"""How often an API may be asked, and what its refusals mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ingest_core.rest.definition.strict import FieldPath, Length, Strict


class RateHeaders(Strict):
    """Headers by which an API tells how much is left."""

    remaining: str
    """How many requests are left in the time that is running."""
    reset: str | None = None
    """When that time ends."""
    reset_is: Literal["seconds", "milliseconds", "epoch"] = "seconds"
    """Whether `reset` holds a length from now on, or a moment in seconds since 1970."""


class RateLimit(Strict):
    """How often an API may be asked. `Retry-After` is obeyed beside it (RFC 9110, section 10.2.3)."""

    requests: int | None = Field(default=None, ge=1)
    """How many requests may begin in each length of time."""
    per: Length = Field(default="1s", validate_default=True, json_schema_extra={"default": "1s"})
    """That length."""
    concurrent: int = Field(default=1, ge=1, le=64)
    """How many may be under way at once: so many windows, or parents, are read side by side."""
    headers: RateHeaders | None = None
    """What the API tells by itself."""


class ErrorRule(Strict):
    """What a refusal means, where its status alone does not tell. The first rule that fits holds."""

    status: Annotated[list[int], Field(min_length=1)] | int
    """The status, or several."""
    body: dict[FieldPath, str] = {}
    """What the answer's JSON must hold, each as a regular expression."""
    means: Literal["passing", "rate", "refused", "empty"]
    """`passing` is tried again; `rate` too, after a pause; `refused` ends the run; `empty` is an answer without
    records."""
    say: str = ""
    """The mend that a person is told."""
