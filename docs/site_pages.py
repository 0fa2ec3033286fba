"""Which pages the site has, in which order, and where the links between them lead."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PACKAGES = [path.parent.name for path in sorted((ROOT / "packages").glob("*/README.md"))]

FOREIGN = {
    "index.md": "README.md",
    "architecture.md": "ARCHITECTURE.md",
    **{f"packages/{name}.md": f"packages/{name}/README.md" for name in PACKAGES},
}
"""Pages of the site that lie elsewhere in the repository."""

SECTIONS: dict[str, list[str]] = {
    "": ["index.md", "first-job.md"],
    "Using it": [
        "job-file.md",
        "data-contracts.md",
        "commands.md",
        "image.md",
        "files.md",
        "json-lines.md",
        "parquet.md",
        "stripe.md",
        "hubspot.md",
        "secrets.md",
        "exit-codes-and-logs.md",
        "concurrency.md",
        "runner-file.md",
        "dagster.md",
        "dagster-split.md",
        "airflow.md",
        "airflow-split.md",
        "maintenance.md",
        "editors.md",
    ],
    "Reference": ["reference/job-file.md", "reference/types.md"],
    "What is promised": ["exactly-once.md", "commit.md"],
    "Building on it": ["connectors.md", "architecture.md"],
}
"""Pages that have a place; those that are not there are left out."""

_MARKED = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>[^)#\s:]+)(?:#[^)\s]*)?\)")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def nav(pages: Sequence[str]) -> list[Any]:
    """Put pages in order: by section, then those of the packages, then what has no place, then the decisions."""
    placed = {page for section in SECTIONS.values() for page in section}
    decisions = sorted((page for page in pages if page.startswith("decisions/")), reverse=True)
    packages = [page for page in pages if page.startswith("packages/")]
    rest = [page for page in pages if page not in {*placed, *decisions, *packages}]
    ordered: list[Any] = []
    for section, wanted in SECTIONS.items():
        there = [page for page in wanted if page in pages]
        ordered += there if not section else [{section: there}] if there else []
    more = {"More": rest, "Packages": packages, "Decisions": decisions}
    return [*ordered, *({name: found} for name, found in more.items() if found)]


def relinked(markdown: str, page: str, pages: Collection[str]) -> str:
    """Turn links within the repository into links within the site; what is no page of it becomes plain text.

    Args:
        markdown: A page's text.
        page: Its place in the site.
        pages: All places in the site.
    """
    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _relinked(part, page, pages) for part in parts)


def _relinked(markdown: str, page: str, pages: Collection[str]) -> str:
    origin = ROOT / FOREIGN.get(page, f"docs/{page}")

    def link(match: re.Match[str]) -> str:
        target = Path(os.path.normpath(origin.parent / match["path"]))
        place = _place(target)
        if place in pages:
            return match[0].replace(match["path"], os.path.relpath(place, Path(page).parent))
        return match["text"] if target.exists() else match[0]

    return _MARKED.sub(link, markdown)


def _place(target: Path) -> str:
    """Give a file's place in the site, were it a page of it."""
    if not target.is_relative_to(ROOT):
        return ""
    path = str(target.relative_to(ROOT))
    foreign = {origin: page for page, origin in FOREIGN.items()}
    return foreign.get(path, path.removeprefix("docs/"))
