"""Addresses of this machine."""

from __future__ import annotations

import socket

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # read, not bound


def free_port() -> int:
    """Find a port of the loopback address on which nobody listens at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def reachable(host: str) -> str:
    """Give an address of this machine at which a process is reached that listens at ``host``."""
    return _EVERYWHERE.get(host, host)
