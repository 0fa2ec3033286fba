"""Addresses of this machine."""

from __future__ import annotations

import socket

from ingest_core import JobError

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # read, not bound


def free_port() -> int:
    """Find a port of the loopback address on which nobody listens at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def check_free(host: str, port: int) -> None:
    """Refuse a port on which somebody listens: whoever it is would be taken for a service of ours.

    Raises:
        JobError: It is so, or nobody may listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as listener:
            # As servers do: a connection of before that is still being forgotten is in nobody's way.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError as error:
        raise JobError(
            f"port {port} of {host} cannot be listened on: {error.strerror}", "say another --port"
        ) from error


def reachable(host: str) -> str:
    """Give an address of this machine at which a process is reached that listens at ``host``."""
    return _EVERYWHERE.get(host, host)
