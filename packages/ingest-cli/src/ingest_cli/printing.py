"""Prints what a program reads, on stdout, and tells a person, on stderr."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from typing import TextIO

    from ingest_core import Report


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines. Who reads no further, as ``head``, wants to hear nothing of it."""
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        give_up(sys.__stdout__)


def print_report(report: Report) -> None:
    """Print the report. That nobody can read it undoes no commit, and so changes nothing of the exit code."""
    try:
        click.echo(report.as_json())
    except OSError as error:
        give_up(sys.__stdout__)
        if not isinstance(error, BrokenPipeError):
            logging.getLogger("ingest").error("report_lost: stdout cannot be written: %s", error.strerror)  # noqa: TRY400  # a person mends it; no traceback helps


def tell(text: str) -> None:
    """Tell a person something on stderr. That nobody can read it keeps nothing else from being done."""
    try:
        click.echo(text, err=True)
    except OSError:
        give_up(sys.__stderr__)


def give_up(stream: TextIO | None) -> None:
    """Send what a stream still holds nowhere: at its end Python writes it, and where it cannot, ends with 120.

    Args:
        stream: One of Python's own.
    """
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
