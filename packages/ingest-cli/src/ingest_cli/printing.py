"""Prints what a program reads, on stdout."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ingest_core import Report


def print_report(report: Report) -> None:
    """Print the report. Nobody reading it changes nothing of what was committed, and so nothing of the exit code."""
    try:
        click.echo(report.as_json())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
