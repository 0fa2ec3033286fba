"""Commands of installed packages, found by entry point (``ingest.commands``). Nothing of them is imported unasked.

The entry point names a command of click's, or a group of them. What it raises as ``ingest_core.IngestError`` is told as
faults of the command's own are; what else it needs it brings along.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

import click

GROUP = "ingest.commands"


def plugged() -> dict[str, click.Command]:
    """Find the commands of installed packages by name; where two packages give one, the first that Python finds."""
    return {each.name: Plugged(each) for each in reversed(list(entry_points(group=GROUP)))}


class Plugged(click.Command):
    """Stands for a command until somebody asks for it.

    Args:
        entry: Where it is.
    """

    def __init__(self, entry: EntryPoint) -> None:
        self._package = entry.dist.name if entry.dist else entry.module.partition(".")[0]
        super().__init__(entry.name, help=f"Commands of the package {self._package}.")
        self._entry = entry

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """Import the command, which reads its part of the line; see :meth:`click.Command.make_context`.

        Raises:
            JobError: It cannot be imported.
        """
        try:
            found: click.Command = self._entry.load()
        except (ImportError, AttributeError) as error:
            if extra.get("resilient_parsing"):  # a shell asks what could follow: nothing that we know
                return super().make_context(info_name, args, parent, **extra)
            raise self._refusal(error) from error
        return found.make_context(info_name, args, parent, **extra)

    def _refusal(self, error: ImportError | AttributeError) -> Exception:
        from ingest_core import JobError  # noqa: PLC0415  # heavy; --help does without

        install = f"pip install {self._package}"
        if isinstance(error, ModuleNotFoundError):
            return JobError(f"`ingest {self.name}` needs {error.name!r}, which is not installed", install)
        problem = f"`ingest {self.name}` of {self._package} does not go with what is installed here: {error}"
        return JobError(problem, f"{install} --upgrade")
