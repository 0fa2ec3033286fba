"""How a job names a data contract: ``stripe/customers``, or one schema of it: ``stripe/billing#customers``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
PATTERN = rf"{_PART}(/{_PART})*(#.+)?"
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class AssetName:
    """What a job says after ``asset:``.

    Args:
        file: The file's path below ``assets/``, without its ending.
        schema: Which of its schemas; ``None`` where the job leaves that to the object's name.
    """

    file: str
    schema: str | None


def asset_name(text: str) -> AssetName:
    """Read the name of an asset.

    Raises:
        ValueError: It is none; the message says the mend.
    """
    if not re.fullmatch(PATTERN, text):
        raise ValueError("must be a path below assets/ without its ending, such as stripe/customers")
    file, _, schema = text.partition("#")
    if ending := next((each for each in ENDINGS if file.endswith(each)), ""):
        raise ValueError(f"must leave the ending out: {text.replace(ending, '', 1)!r}")
    return AssetName(file, schema or None)


def _checked(text: str) -> str:
    asset_name(text)
    return text


AssetText = Annotated[str, AfterValidator(_checked), Field(json_schema_extra={"pattern": f"^{PATTERN}$"})]
"""The same as a text of a job file."""
