"""One redaction for the command's whole life: a thread or a hook of a library may still speak when the work is done."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest_core import Redactor


class Masking:
    """Masks stdout and stderr from when it begins to the end of the process, with every secret learnt until then."""

    def __init__(self) -> None:
        self.redactor: Redactor | None = None
        """Knows the secrets; nothing before it begins, and once it is left off."""
        self.streams = contextlib.ExitStack()
        """Gives the streams back, where the process goes on without the command."""
        self.shared = False
        """Whether several jobs share it, so that none of them may have it left off."""
        self._begun = False
        self._finish: Callable[[], None] | None = None

    def begin(self) -> None:
        """Mask from now on, with the secrets of the environment; asked again, go on as it is."""
        if self._begun:
            return
        from ingest_core import Redactor, environment_secrets, redact_streams  # noqa: PLC0415  # heavy; --help does without

        self._begun = True
        self.redactor = Redactor()
        for secret in environment_secrets():
            self.redactor.add(secret)
        self._finish = self.streams.enter_context(redact_streams(self.redactor))

    def leave_off(self) -> None:
        """Show everything from now on, unless other jobs share it, whose secrets it knows."""
        if not self.shared:
            self.redactor = None
            self.streams.close()

    def finish(self) -> None:
        """Pass on what is still held, masked, right before the process ends: what comes later is lost, not shown."""
        if self._finish and self.redactor:
            self._finish()


def masked() -> Masking:
    """Mask the output of the command from now on; where ``main`` is not around it, until it has ended."""
    context = click.get_current_context()
    found = context.find_object(Masking)
    if found is None:
        found = context.ensure_object(Masking)
        context.with_resource(found.streams)
    found.begin()
    return found
