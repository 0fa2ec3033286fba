"""The entry point. Imports nothing heavy, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping

import click

from ingest_cli.lazy_group import LazyGroup
from ingest_cli.leaving import Leaving
from ingest_cli.masking import Masking
from ingest_cli.memory import give_back
from ingest_cli.printing import give_up

COMMANDS = {
    "init": "ingest_cli.init_command:init_command",
    "validate": "ingest_cli.validate_command:validate_command",
    "run": "ingest_cli.run_command:run_command",
    "start": "ingest_cli.start_command:start_command",
    "plan": "ingest_cli.plan_command:plan_command",
    "check": "ingest_cli.check_command:check_command",
    "discover": "ingest_cli.discover_command:discover_command",
    "preview": "ingest_cli.preview_command:preview_command",
    "connectors": "ingest_cli.connectors_command:connectors_command",
    "state": "ingest_cli.state_command:state_command",
    "maintain": "ingest_cli.maintain_command:maintain_command",
    "schema": "ingest_cli.schema_command:schema_command",
    "completion": "ingest_cli.completion_command:completion_command",
}
"""Where each command is, in the order of the help."""


def _plugged() -> Mapping[str, click.Command]:
    from ingest_cli.plugged import plugged  # noqa: PLC0415  # looks at all that is installed; our own do without

    return plugged()


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    find_more=_plugged,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: ingest run --config jobs/acme/flights.yaml",
)
@click.version_option(package_name="ingest-cli", prog_name="ingest")
def ingest() -> None:
    """Land data in Apache Iceberg: one YAML file per job, rows and their position in one commit."""


def main() -> None:
    """Run the command; end with 0 for success, 1 for a part of it, 2 for failure."""
    masking = Masking()
    leaving = Leaving(masking)
    give_back()
    try:
        leaving.code = ingest(prog_name="ingest", standalone_mode=False, obj=masking) or 0
    except Exception as error:  # noqa: BLE001  # Python's own way would end with 1, which means "partial"
        _tell(error, masking)
    except KeyboardInterrupt as error:
        _tell(error, masking)
    except SystemExit as end:  # click's own, when a shell asks it what to complete
        leaving.code = int(end.code or 0)
    sys.exit(leaving.code)


def _tell(error: BaseException, masking: Masking) -> None:
    """Tell on stderr what ended the command; if even that cannot be written, the exit code must do."""
    try:
        masking.begin()  # what was typed in a wrong place may be a secret
        if isinstance(error, click.ClickException):
            error.show()
        elif isinstance(error, click.Abort | KeyboardInterrupt):
            click.echo("stopped", err=True)
        elif _is_ours(error):
            click.echo(str(error), err=True)
        elif not isinstance(error, BrokenPipeError):  # who reads no further wants to hear nothing
            traceback.print_exception(error)
        sys.stderr.flush()
    except OSError:
        give_up(sys.__stderr__)


def _is_ours(error: BaseException) -> bool:
    from ingest_core import IngestError  # noqa: PLC0415  # heavy; --help does without, and masking has it already

    return isinstance(error, IngestError)
