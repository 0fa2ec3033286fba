"""A port on the command line."""

from __future__ import annotations

import click

MOST = 65535


class Port(click.ParamType[int]):
    """A number of a TCP port."""

    name = "port"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | None:  # type: ignore[override]  # None is what click gives where nothing is said
        """Read one; see :class:`click.ParamType`.

        Kubernetes gives every container ``<SERVICE>_PORT=tcp://10.0.0.1:80`` for each service beside it: with one that
        is called ``ingest`` that is the variable of this option, and says nothing of it.

        Source: Kubernetes' documentation, "Service", on environment variables.
        """
        text = str(value)
        if text.startswith(("tcp://", "udp://", "sctp://")):
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
            self.fail(f"{text!r} is no port: say a number from 1 to {MOST}", param, ctx)
        return int(text)


PORT = Port()
