"""``python -m standins``: serve an API until interrupted; the first line printed is its address."""

from __future__ import annotations

import sys

from standins.command import main

sys.exit(main(sys.argv[1:]))
