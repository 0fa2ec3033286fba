"""Writes files that are for their owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ingest_core.errors import JobError


def write_private(path: Path, text: str) -> None:
    """Put a file in place at once, for its owner alone (mode 0600): it may say what others should not read.

    Args:
        path: The file; the folders above it are made.
        text: What it says from now on.

    Raises:
        JobError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise JobError(
            f"{path} cannot be written: {error.strerror}", "see that the process may write in state/, and has room"
        ) from error
