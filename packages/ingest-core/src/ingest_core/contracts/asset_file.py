"""Finds the file of an asset below a home's ``assets/``."""

from __future__ import annotations

from pathlib import Path

from ingest_core.contracts.asset_name import ENDINGS
from ingest_core.documents import nearest
from ingest_core.errors import JobError, Key

FOLDER = "assets"


def find_asset(home: Path, name: str, at: Key) -> Path:
    """Give the file of an asset.

    Args:
        home: The home folder.
        name: Its path below ``assets/``, without its ending.
        at: What names it in the job file.

    Raises:
        JobError: There is no such file, or there are two.
    """
    files = [home / FOLDER / f"{name}{ending}" for ending in ENDINGS]
    found = [file for file in files if file.exists()]
    if len(found) > 1:
        raise JobError(f"there are two files of the asset {name!r}: {found[0]} and {found[1]}", "keep one of them", at)
    if not found:
        raise JobError(f"there is no asset {name!r}: no file {files[0]}", _mend(home, name), at)
    return found[0]


def _mend(home: Path, name: str) -> str:
    folder = home / FOLDER
    known = sorted(
        str(file.relative_to(folder).with_suffix("")) for ending in ENDINGS for file in folder.rglob(f"*{ending}")
    )
    close = nearest(name, known)
    if close:
        return f"did you mean {close!r}?"
    return f"there are {', '.join(known)}" if known else "write it there: an Open Data Contract, ODCS v3"
