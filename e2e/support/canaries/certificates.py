"""Puts a canary into the certificates that are lent to a build, so that a layer which kept them shows it.

Source: RFC 7468 section 2: whoever reads certificates passes over text that stands outside of them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from e2e.support import canaries

_FOLDER = tempfile.TemporaryDirectory(prefix="ingest-e2e-")
"""Goes with the process."""


def with_canary(bundle: Path) -> Path:
    """Copy certificates, with a canary before them.

    Args:
        bundle: The certificates, in PEM.

    Returns:
        The copy, which is there until the process ends.
    """
    copy = Path(_FOLDER.name) / "certificates.pem"
    value = canaries.fresh("note in the certificates of a build")
    copy.write_bytes(f"# {value}\n".encode() + bundle.read_bytes())
    return copy
