"""How old a file may be before it counts as left over, and how old before a run may no longer commit it.

``ingest maintain`` removes files that nothing names once they are older than :data:`ORPHAN_AGE`. A file that a run is
still to commit is named by nothing either; so a run refuses to commit one that is older than half of that. The other
half is for clocks that differ and for processes that sleep between that look and the commit.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

ORPHAN_AGE = timedelta(days=3)
"""The least age of a file that may be removed. Iceberg's own default for orphan files
(https://iceberg.apache.org/docs/latest/maintenance/#delete-orphan-files)."""

OLDEST_TO_COMMIT = ORPHAN_AGE / 2
"""The greatest age of a file that may be committed, counted from when it was opened."""

LEAST_HISTORY = timedelta(days=1)
"""The least time for which a table's former contents are kept: whoever reads them must have the time to finish."""


def wall_clock() -> datetime:
    """Tell the time in UTC, as storages tell when files were written."""
    return datetime.now(UTC)
