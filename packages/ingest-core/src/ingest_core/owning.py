"""Says how a folder comes to be writable for the user that runs ingest, on a machine and in the image."""

from __future__ import annotations

import os
from pathlib import Path

IN_CONTAINER = "INGEST_IN_CONTAINER"
"""The variable that the image sets: a folder of the home is then one of the host's, mounted there."""


def mend(folder: Path) -> str:
    """Tell what makes a folder writable.

    Args:
        folder: Of the home, as this process sees it: whole, with all that is in it. It need not be there.

    Returns:
        The line to type, and what it is for.
    """
    owner = f"{os.geteuid()}:{os.getegid()}"
    if not os.environ.get(IN_CONTAINER):
        return f"give it to the user that runs ingest: sudo chown -R {owner} {folder}"
    given = f"on the host, give the folder that is mounted there to the container's user: sudo chown -R {owner}"
    return f"{given} {folder.name}{_or_as_its_owner(folder)}"


def _or_as_its_owner(folder: Path) -> str:
    """Offer to run as the owner where that is somebody; what docker makes for a missing mount is root's."""
    uid = folder.stat().st_uid if folder.exists() else 0
    return f", or run as its owner: docker run --user {uid}:0" if uid else ""
