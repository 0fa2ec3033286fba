"""What mkdocs calls while it builds the site: adds generated pages, mends links, puts the pages in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_pages import FOREIGN, ROOT, nav, relinked
from site_reference import job_file
from site_types import types

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

GENERATED = {"reference/job-file.md": job_file, "reference/types.md": types}
"""Pages that are made of the code at every build."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages in order; one that nobody gave a place comes behind the others."""
    found = [str(page.relative_to(ROOT / "docs")) for page in sorted((ROOT / "docs").rglob("*.md"))]
    config.nav = nav([*found, *FOREIGN, *GENERATED])
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that do not lie under docs/."""
    from mkdocs.structure.files import File  # noqa: PLC0415  # only mkdocs calls this

    for page, path in FOREIGN.items():
        files.append(File.generated(config, page, content=(ROOT / path).read_text(encoding="utf-8")))
    for page, write in GENERATED.items():
        files.append(File.generated(config, page, content=write()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links within the repository into links within the site."""
    del config
    return relinked(markdown, page.file.src_uri, files.src_uris)
