"""A group of commands of which only the one that is asked for is imported, so that each answers at once.

Source: click's documentation, "Complex Applications", on loading subcommands lazily.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Imports a command when it is asked for.

    Args:
        places: For each command the place of its object, as ``module:name``, in the order of the help.
        find_more: Finds further commands, by name. Looking takes time, so it is asked when all are listed, or no place
            has what is wanted.
        settings: As for any group of click's.
    """

    def __init__(
        self,
        *,
        places: Mapping[str, str],
        find_more: Callable[[], Mapping[str, click.Command]] = dict,
        **settings: Any,  # noqa: ANN401  # click's own
    ) -> None:
        super().__init__(**settings)
        self._places = places
        self._find_more = find_more

    @cached_property
    def _more(self) -> Mapping[str, click.Command]:
        return self._find_more()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands."""
        return [*self._places, *super().list_commands(ctx), *sorted(self._more.keys() - self._places.keys())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; ``None`` where there is none of that name."""
        if cmd_name not in self._places:
            return super().get_command(ctx, cmd_name) or self._more.get(cmd_name)
        module, _, name = self._places[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, and name the nearest where there is none."""
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            close = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if close:
                ctx.fail(f"No such command {args[0]!r}. Did you mean {close[0]!r}?")
        return super().resolve_command(ctx, args)
