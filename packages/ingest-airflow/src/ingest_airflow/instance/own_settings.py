"""Reads what a person sets of Airflow (``configs/airflow.cfg``), and refuses what would break a promise."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from pathlib import Path

from ingest_core import JobError

from ingest_airflow.instance.known_options import nearest_name, older_names, options_by_section
from ingest_airflow.instance.refused import Place, refusal, refused_variables
from ingest_airflow.instance.settings import Settings

Finding = tuple[Place, str, str]
"""A place, what is wrong there, and its mend."""


def read_own_settings(path: Path) -> Settings:
    """Read the file, where there is one.

    Args:
        path: The file.

    Raises:
        JobError: It is no file of sections and options, or it, or the environment, says what Airflow does not know or
            what would break a promise. Carries every fault, each with its place and mend; none holds a value.
    """
    errors = [
        JobError(f"the variable {name}: {problem}", mend) for name, problem, mend in refused_variables(os.environ)
    ]
    said, text = _read(path) if path.exists() else ({}, "")
    lines = _lines(text)
    for place, problem, mend in (*_unknown(said), *_breaking(said)):
        at = lines.get(place, lines.get((place[0], ""), 1))
        name = " ".join([f"[{place[0]}]", place[1]]).strip()
        errors.append(JobError(f"{path}:{at}: {name}: {problem}", mend))
    if errors:
        raise JobError.of(fault for error in errors for fault in error.faults)
    return said


def _read(path: Path) -> tuple[Settings, str]:
    # Airflow's own reading fills in what stands behind a `%`; here it is copied as it is.
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        text = path.read_text(encoding="utf-8")
        parser.read_string(text, str(path))
    except configparser.Error as error:
        # Its own message may show a line, and a line a password.
        line = f":{error.lineno}" if isinstance(getattr(error, "lineno", None), int) else ""  # type: ignore[attr-defined]
        raise JobError(
            f"{path}{line}: this cannot be read as settings: {type(error).__name__}",
            "write sections as `[core]`, options as `name = value`, each once",
        ) from None
    except (OSError, UnicodeError) as error:
        raise JobError(f"{path} cannot be read: {type(error).__name__}", "see that it is text in UTF-8") from None
    return {name: dict(parser[name]) for name in parser.sections()}, text


def _unknown(said: Settings) -> Iterator[Finding]:
    known, older = options_by_section(), older_names()
    for section, options in said.items():
        if section not in known:
            yield from _unknown_section(section)
            continue
        takes = known[section]
        for option in options if takes else ():
            name = re.sub("_(cmd|secret)$", "", option)
            if takes.isdisjoint({option, name}) and (section, name) not in older:
                near = nearest_name(option, takes)
                yield (
                    (section, option),
                    "Airflow has no such option there",
                    f"did you mean `{near}`?" if near else "remove it",
                )


def _unknown_section(section: str) -> Iterator[Finding]:
    known = options_by_section()
    if section == configparser.DEFAULTSECT:
        yield (section, ""), "Airflow would take it for every section", "write each option in its own section"
    elif section.lower() in known:
        yield (section, ""), "Airflow has no such section", f"write `[{section.lower()}]`"
    # A section of a provider that this Airflow has no description of is the provider's to judge.
    elif (near := nearest_name(section, known)) and section not in {place[0] for place in older_names()}:
        yield (section, ""), "Airflow has no such section", f"did you mean `[{near}]`?"


def _breaking(said: Settings) -> Iterator[Finding]:
    for section, options in said.items():
        for option, value in options.items():
            if found := refusal((section, option), value):
                yield ((section, option), *found)


def _lines(text: str) -> dict[Place, int]:
    """Tell the line of each section, and of each option in it."""
    found: dict[Place, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\[(.+)\]", line):
            section = head[1]
            found.setdefault((section, ""), number)
        elif option := re.match(r"([^\s=:#;][^=:]*?)\s*[=:]", line):
            found.setdefault((section, option[1].lower()), number)
    return found
