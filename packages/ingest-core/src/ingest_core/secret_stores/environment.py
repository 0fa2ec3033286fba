"""Secrets in environment variables: ``INGEST_SECRET__<TENANT>__<GROUP>__<KEY>``, in capitals.

Two names never share a variable. Small letters become capitals, dots two underscores, and whatever cannot be told
apart then is written as ``x`` and two hexadecimal digits: ``a-b`` is ``Ax2dB``, while ``a_b`` is ``A_B``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ingest_core.documents import nearest

_PREFIX = "INGEST_SECRET"

_ODD = r"[^a-z0-9_]|^_|_$|(?<=_)_"
"""Capitals, signs, and underscores that would stand beside those between parts."""

_WRITTEN = re.compile(rf"({_ODD})|([a-z])")
_READ = re.compile(r"x([0-9a-f]{2})|([A-Z])")


class EnvironmentStore:
    """Looks secrets up in the environment of the process.

    Args:
        home: Not used; every store is made with it.
    """

    def __init__(self, home: Path) -> None:
        del home

    def find(self, tenant: str, name: str) -> str | None:
        """See :class:`ingest_core.plugin.SecretStore`."""
        return os.environ.get(variable(tenant, name))

    def mend(self, tenant: str, name: str) -> str:
        """See :class:`ingest_core.plugin.SecretStore`."""
        there = [_name(found) for found in os.environ if found.startswith(f"{_PREFIX}__{_part(tenant)}__")]
        close = nearest(name, there)
        meant = f"write ${{secret:{close}}}, which is in the environment, or " if close else ""
        return f"{meant}set the environment variable {variable(tenant, name)}"


def variable(tenant: str, name: str) -> str:
    """Name the variable that holds one secret of one tenant.

    Args:
        tenant: As job files name it.
        name: For example ``stripe.api_key``.
    """
    return "__".join([_PREFIX, *map(_part, [tenant, *name.split(".")])])


def _part(text: str) -> str:
    """Write a part of a name so that it can be told what was meant."""
    return _WRITTEN.sub(lambda match: f"x{ord(match[1]):02x}" if match[1] else match[2].upper(), text)


def _name(found: str) -> str:
    """Give the name that a variable stands for: what ``variable`` does, backwards."""
    parts = found.split("__")[2:]
    return ".".join(
        _READ.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2].lower(), part) for part in parts
    )
