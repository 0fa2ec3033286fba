"""Keeps a tenant within its own folder of secrets, and tells of files that everybody can read."""

from __future__ import annotations

import stat
import warnings
from pathlib import Path

from ingest_core.errors import Fault, JobError


def guarded(file: Path, folder: Path) -> bool:
    """Tell whether a secret's file is there, and may be read for the tenant whose folder it is in.

    A file that every user of the machine can read gives a warning.

    Args:
        file: Where the secret would be.
        folder: The tenant's folder, ``secrets/<tenant>``. It may itself be a link, but not to another tenant's folder.

    Raises:
        JobError: The file, or the folder, is a link to somewhere else, or cannot be looked at.
    """
    try:
        mode = file.stat().st_mode
        inside = file.resolve().is_relative_to(_own(folder))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, RuntimeError) as error:  # a RuntimeError is a link that leads to itself
        reason = getattr(error, "strerror", None) or "its links lead nowhere"
        mend = "let the user that runs ingest read it"
        raise JobError.of([Fault(f"cannot be read: {reason}", mend, where=str(file))]) from None
    if not inside:
        raise _strays(file, folder)
    if not stat.S_ISREG(mode):
        raise JobError.of([Fault("is no file", "put a plain file there", where=str(file))])
    if mode & stat.S_IROTH:
        warnings.warn(f"every user of this machine can read {file}: chmod o-r {file}", stacklevel=1)
    return True


def _own(folder: Path) -> Path:
    """Give where a tenant's files must lie.

    Raises:
        JobError: The folder is a link to another tenant's.
    """
    every, own = folder.parent.resolve(), folder.resolve()
    if own == every or own in every.parents or (own.is_relative_to(every) and own != every / folder.name):
        raise _strays(folder, folder)
    return own


def _strays(what: Path, folder: Path) -> JobError:
    problem = f"is a link that leaves {folder}"
    return JobError.of([Fault(problem, "put a file there: a tenant's secrets lie in its own folder", where=str(what))])
