"""What makes a signal end a piece of work, whatever it meets. Read :func:`heeding` first."""

from ingest_core.stop_signals.handler import ONE_STOP_SECONDS, STOPS, StopHandler, heeding
from ingest_core.stop_signals.keeping import kept_a_stop

__all__ = ["ONE_STOP_SECONDS", "STOPS", "StopHandler", "heeding", "kept_a_stop"]
