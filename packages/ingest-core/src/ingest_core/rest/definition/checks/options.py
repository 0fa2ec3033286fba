"""Whether what the options say of themselves hangs together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingest_core.errors import Fault, Key
from ingest_core.redaction.shapes import mask_shapes
from ingest_core.rest.definition.options import OptionSpec
from ingest_core.rest.templates import references

_LOOKED_UP = re.compile(r"secret:[A-Za-z0-9_][A-Za-z0-9_.-]*|env:[A-Za-z_][A-Za-z0-9_]*")
"""What a default may name, as a job may."""

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (list,),
}


def option_faults(options: Mapping[str, OptionSpec]) -> Iterator[Fault]:
    """Find options whose parts contradict one another.

    Args:
        options: The definition's, by name.
    """
    for name, spec in options.items():
        key: Key = ("options", name)
        if spec.enum is not None and spec.type != "string":
            yield Fault(f"values are listed, so `type: {spec.type}` cannot be", "leave `type` out", (*key, "type"))
        if spec.required and spec.default is not None:
            yield Fault("what a job must say has no default", "leave one of the two out", (*key, "default"))
        yield from _default_faults(spec, (*key, "default"))


def _default_faults(spec: OptionSpec, key: Key) -> Iterator[Fault]:
    default = spec.default
    if default is None:
        return
    is_other = not isinstance(default, _KINDS[spec.type]) or (isinstance(default, bool) and spec.type != "boolean")
    if is_other:
        yield Fault(f"is no {spec.type}", f"say one, or another `type` than {spec.type!r}", key)
    named = references(default)
    if wrong := [each for each in sorted(named) if not _LOOKED_UP.fullmatch(each)]:
        yield Fault(f"${{{wrong[0]}}} is no reference", "write ${secret:group.name} or ${env:NAME}", key)
    if spec.enum is not None and not is_other and not named and default not in spec.enum:
        yield Fault("is none of the values in `enum`", f"say one of {', '.join(spec.enum)}", key)
    if isinstance(default, str) and mask_shapes(default) != default:
        yield Fault("looks like a secret that is written out", "name it: ${secret:group.name}", key)
