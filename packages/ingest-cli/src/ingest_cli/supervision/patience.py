"""How long the supervisor waits for what. Every length of time that it goes by stands here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Lengths of time, all in seconds.

    Args:
        healthy: So long a service may take, from its start, until it is healthy for the first time.
        look: Between two looks at what runs.
        ask: Between two questions whether services are healthy.
        outlived: So long a service that outlives the others waits for their end before it is asked to end itself.
        ended: So long services may take to end when they are asked to; then they are killed. Container engines wait
            ten seconds before they kill all at once (``docker stop``).
        killed: So long what was killed may take to be gone; then it is left to the system.
        again: Before a service that ended is started again, for the first time; each time after twice as long.
        again_at_most: The longest of these.
        settled: A service that was healthy for so long begins with a clean record.
        deaths: A service that ended so often within ``deaths_within`` has died for good.
        deaths_within: See there.
        unhealthy: A service that runs and is not healthy is told of after so long.
    """

    healthy: float = 120.0
    look: float = 0.1
    ask: float = 0.5
    outlived: float = 5.0
    ended: float = 8.0
    killed: float = 1.0
    again: float = 1.0
    again_at_most: float = 30.0
    settled: float = 60.0
    deaths: int = 5
    deaths_within: float = 300.0
    unhealthy: float = 60.0
