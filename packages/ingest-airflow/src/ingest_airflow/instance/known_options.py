"""Tells which sections and options Airflow knows, by the files in which it describes them. It is not imported."""

from __future__ import annotations

import configparser
import difflib
import functools
import importlib.util
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml


@functools.cache
def options_by_section() -> Mapping[str, frozenset[str]]:
    """Give the options of each section; none where a provider has them, of which Airflow lists a part only.

    Source: airflow 3.3.2, ``config_templates/config.yml`` and ``provider_config_fallback_defaults.cfg``.
    """
    folder = _folder() / "config_templates"
    # The loader in C takes a tenth of a second for it, the other two.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    described = yaml.load((folder / "config.yml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # both are safe
    providers = configparser.ConfigParser(interpolation=None)
    providers.read(folder / "provider_config_fallback_defaults.cfg", encoding="utf-8")
    ours = {section: frozenset(said["options"]) for section, said in described.items()}
    return dict.fromkeys(providers.sections(), frozenset[str]()) | ours


@functools.cache
def older_names() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Give today's section and option by each older one, which Airflow takes as well.

    Source: airflow 3.3.2, ``deprecated_options`` in ``_shared/configuration/parser.py``: new by old, with the version.
    """
    text = (_folder() / "_shared" / "configuration" / "parser.py").read_text(encoding="utf-8")
    name = r'"(\w+)",\s*'
    found = re.findall(rf'\({name}"(\w+)"\): \(\s*{name}{name}"[\d.]+",?\s*\),', text)
    return {(section, option): (now, todays) for now, todays, section, option in found}


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Give the known name that is nearest to another; empty where none is."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.75)), "")


def _folder() -> Path:
    found = importlib.util.find_spec("airflow")
    folders = found.submodule_search_locations if found else None
    return Path(next(iter(folders or ["."])))
