"""Secrets in ``secrets/<tenant>/``: ``<group>.yaml``, ``<group>.json``, ``<group>.env``, or a file per secret.

``stripe.api_key`` is the key ``api_key`` of ``stripe.yaml`` (or ``.json``, ``.env``), or the content of a file named
``stripe.api_key``, less one newline at its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingest_core.documents import read_yaml
from ingest_core.errors import Fault, JobError


class FolderStore:
    """Looks secrets up in the tenant's folder.

    Args:
        home: The home folder, which holds ``secrets/``.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "secrets"

    def find(self, tenant: str, name: str) -> str | None:
        """See :class:`ingest_core.plugin.SecretStore`."""
        folder = self._folder / tenant
        single = folder / name
        if single.is_file():
            return _read(single).removesuffix("\n")
        group, _, key = name.partition(".")
        values: dict[str, str] = {}
        for ending, parse in ((".env", _env), (".json", _yaml), (".yaml", _yaml)):
            if (file := folder / f"{group}{ending}").is_file():
                values |= parse(file)
        return values.get(key)

    def mend(self, tenant: str, name: str) -> str:
        """See :class:`ingest_core.plugin.SecretStore`."""
        group, _, key = name.partition(".")
        inside = f"put {key!r} into secrets/{tenant}/{group}.yaml, or " if key else ""
        return f"{inside}write it to the file secrets/{tenant}/{name}"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise JobError.of([Fault(f"cannot be read: {reason}", where=str(file))]) from None


def _yaml(file: Path) -> Mapping[str, str]:
    """Read YAML, and JSON, which is YAML too."""
    data = read_yaml(file).data
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise JobError.of([Fault("must hold names and texts, nothing else", "put numbers in quotes", where=str(file))])
    return data


def _env(file: Path) -> Mapping[str, str]:
    """Read ``NAME=value`` lines; ``#`` starts a comment line, quotes around a value are dropped."""
    pairs = (line.split("=", 1) for line in _read(file).splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, value in pairs}


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
