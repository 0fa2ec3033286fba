"""``ingest completion``: what a shell needs to complete the command."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion", epilog='Example: eval "$(ingest completion bash)"')
@click.argument("shell", metavar="[bash|zsh|fish]", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> int:
    """Print the lines that make a shell complete commands, options, files and the objects of a job.

    They go into ~/.bashrc or ~/.zshrc as in the example, or into ~/.config/fish/completions/ingest.fish.
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"this release of click cannot complete in {shell}")
    click.echo(made(context.find_root().command, {}, "ingest", "_INGEST_COMPLETE").source())
    return 0
