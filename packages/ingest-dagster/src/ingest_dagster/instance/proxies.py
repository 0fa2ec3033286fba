"""Keeps a proxy of the environment from standing between Dagster's services.

They speak gRPC with the code server, which asks ``http_proxy`` for the way to an address of this machine too. Source:
https://github.com/grpc/grpc/blob/master/doc/environment_variables.md.
"""

from __future__ import annotations

import os

_READ = ("no_grpc_proxy", "no_proxy", "NO_PROXY")
_HERE = ("127.0.0.1", "localhost", "::1")


def without_proxy(server: str | None) -> dict[str, str]:
    """Give the variable by which gRPC asks no proxy for the code server. What else is read by proxies stays as it is.

    Args:
        server: The code server's host; ``None`` where it is on this machine.
    """
    # Where gRPC finds a variable of its own, it reads no other.
    before = [each.strip() for name in _READ for each in os.environ.get(name, "").split(",")]
    hosts = dict.fromkeys(each for each in (*before, server, *_HERE) if each)
    return {"no_grpc_proxy": ",".join(hosts)}
