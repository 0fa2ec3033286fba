"""What a job's ``with`` may say to a connector, as its definition declares it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from ingest_core.rest.definition.strict import Strict

_KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "list": list[Annotated[str, Field(min_length=1)]],
}


class OptionSpec(Strict):
    """One setting of a connector."""

    type: Literal["string", "integer", "number", "boolean", "list"] = "string"
    """What it holds; a `list` is one of texts."""
    description: str = ""
    """What it is for."""
    default: str | int | float | bool | list[str] | None = None
    """What holds where a job does not say; may be a reference such as `${secret:stripe.api_key}`."""
    required: bool = False
    """Whether a job must say it."""
    secret: bool = False
    """Whether its value is masked in all that is written, wherever it comes from."""
    enum: list[str] | None = Field(default=None, min_length=1)
    """The only values there are."""


def options_model(connector: str, declared: dict[str, OptionSpec]) -> type[BaseModel]:
    """Make the model that a job's ``with`` is held against.

    Args:
        connector: The connector's name.
        declared: Its settings.
    """
    fields: dict[str, Any] = {name: (_annotation(spec), _field(spec)) for name, spec in declared.items()}
    config = ConfigDict(extra="forbid", strict=True, frozen=True)
    return create_model(f"{connector}_options", __config__=config, **fields)


def _annotation(spec: OptionSpec) -> Any:  # noqa: ANN401  # an annotation
    kind = Literal[tuple(spec.enum)] if spec.enum else _KINDS[spec.type]
    return kind if spec.required or spec.default is not None else kind | None


def _field(spec: OptionSpec) -> Any:  # noqa: ANN401  # pydantic's own mark
    # JSON Schema 2020-12 (validation, section 9.4): what is written and never shown again, such as a password.
    extra: dict[str, Any] | None = {"writeOnly": True} if spec.secret else None
    if spec.required:
        return Field(description=spec.description, json_schema_extra=extra)
    return Field(default=spec.default, description=spec.description, json_schema_extra=extra)
