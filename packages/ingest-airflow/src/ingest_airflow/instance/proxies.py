"""Keeps a proxy of the environment from standing between a run and the API server, to which it tells its token."""

from __future__ import annotations

import os

_NAMES = ("no_proxy", "NO_PROXY")
_HERE = ("127.0.0.1", "localhost", "::1")


def without_proxy(host: str) -> dict[str, str]:
    """Give the variables by which no proxy is asked for the API server.

    Both spellings say the same: a library that reads one of them would else miss what stands in the other.

    Args:
        host: Where the API server is reached.
    """
    before = [each.strip() for name in _NAMES for each in os.environ.get(name, "").split(",")]
    # Some libraries take a `*` only where it stands alone.
    hosts = ["*"] if "*" in before else dict.fromkeys(each for each in (*before, host, *_HERE) if each)
    return dict.fromkeys(_NAMES, ",".join(hosts))
