"""Fills in the references of a definition: ``${option:api_key}``, ``${window:from}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

REFERENCE = re.compile(r"\$\{([^}]*)\}")

Values = Mapping[str, Any]
"""What references name, by their words: ``option:api_key``. What is ``None`` or not there is nothing."""


class _Nothing:
    """What is left of a value whose reference names nothing."""


_NOTHING: Final = _Nothing()


def filled(template: Any, values: Values) -> Any:  # noqa: ANN401  # whatever a definition holds
    """Fill in every reference within a value.

    A text that is one reference becomes what it names, a list included; within other text that is written out. An entry
    whose reference names nothing is left out: of a mapping, or, where the mapping itself stands in a list, of that.

    Args:
        template: The value.
        values: What references name.

    Returns:
        The value; ``None`` where nothing is left of it.
    """
    found = _filled(template, values)
    return None if found is _NOTHING else found


def references(template: Any) -> set[str]:  # noqa: ANN401  # whatever a definition holds
    """List what the references within a value name."""
    if isinstance(template, str):
        return set(REFERENCE.findall(template))
    inner = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return {name for each in inner for name in references(each)}


def _filled(template: Any, values: Values) -> Any:  # noqa: ANN401  # as above
    if isinstance(template, str):
        return _text(template, values)
    if isinstance(template, Mapping):
        entries = {name: _filled(each, values) for name, each in template.items()}
        return {name: each for name, each in entries.items() if each is not _NOTHING}
    if isinstance(template, list):
        whole = [each for each in template if not (isinstance(each, Mapping) and _lacks(each, values))]
        return [found for each in whole if (found := _filled(each, values)) is not _NOTHING]
    return template


def _lacks(template: Mapping[str, Any], values: Values) -> bool:
    return any(_filled(each, values) is _NOTHING for each in template.values())


def _text(template: str, values: Values) -> Any:  # noqa: ANN401  # what a reference names
    names = REFERENCE.findall(template)
    found = {name: values.get(name) for name in names}
    if any(value is None for value in found.values()):
        return _NOTHING
    if names and template == f"${{{names[0]}}}":
        return found[names[0]]
    return REFERENCE.sub(lambda match: _written(found[match[1]]), template)


def _written(value: Any) -> str:  # noqa: ANN401  # what a reference names
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
