"""The docs' site: every link leads somewhere, nothing comes from outside, and the reference names every key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from ingest_core.job import JobSpec
from ingest_core.registry import load_plugin
from ingest_core.testing import CHECKS, WIDE

ROOT = Path(__file__).parent.parent
CONNECTORS = "ingest.connectors"
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""What a browser fetches by itself."""


class Page(HTMLParser):
    """A page's links, anchors, and what a browser fetches for it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors = {""}
        self.fetched: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        said = dict(attrs)
        self.anchors |= {said.get("id") or "", said.get("name") or ""}
        if tag == "a" and (link := said.get("href")):
            self.links.append(link)
        if (link := said.get(FETCHED.get(tag, ""))) and said.get("rel") != "canonical":
            self.fetched.append(link)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `nox -s site` builds it."""
    folder = tmp_path_factory.mktemp("site")
    line = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # a fixed line
    assert done.returncode == 0, done.stderr
    return folder


def pages(site: Path) -> dict[Path, Page]:
    """Read every page but the one that stands for missing ones, whose links begin at a server's root."""
    return {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}


def test_every_link_within_the_site_leads_to_a_page_and_a_place_in_it(site: Path) -> None:
    found = pages(site)
    lost = []
    for path, page in found.items():
        for link in page.links:
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if parts.scheme:
                continue
            if target not in found or unquote(parts.fragment) not in found[target].anchors:
                lost.append(f"{path.relative_to(site)}: {link}")
    assert lost == []
    assert len(found) > len(list((ROOT / "docs").rglob("*.md")))


def test_nothing_is_fetched_from_outside(site: Path) -> None:
    outside = [
        link for page in pages(site).values() for link in page.fetched if urlsplit(link).netloc or link.startswith("//")
    ]
    assert outside == []


def test_every_page_has_a_place_in_the_menu(site: Path) -> None:
    menu = {(site / urlsplit(link).path).resolve() for link in Page(site / "index.html").links}
    assert {path for path in pages(site) if path not in menu} == set()


def keys_of(schema: dict[str, Any], inner: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List the keys of a model's JSON Schema with their meanings, those of inner models too.

    The schema leaves a meaning out that is the inner model's own.
    """
    for model in [schema, *inner.values()]:
        for name, said in model.get("properties", {}).items():
            behind = inner.get(said.get("$ref", "").rpartition("/")[2], {})
            yield name, said.get("description") or behind.get("description", "")


def test_the_reference_names_every_key_of_the_job_file_with_its_meaning(site: Path) -> None:
    schema = JobSpec.model_json_schema()
    told = (site / "reference/job-file.html").read_text(encoding="utf-8")
    keys = list(keys_of(schema, schema["$defs"]))
    assert {name for name, _ in keys} > {"tenant", "path", "cursor", "with"}
    assert [name for name, meaning in keys if not meaning] == []
    assert [name for name, _ in keys if f">{name}</code>" not in told and f".{name}</code>" not in told] == []


def test_the_reference_names_the_settings_of_every_connector(site: Path) -> None:
    told = (site / "reference/job-file.html").read_text(encoding="utf-8")
    models = {name: load_plugin("ingest.connectors", name).Options for name in entry_points(group=CONNECTORS).names}
    assert [name for name in models if f"<code>source.with</code> of <code>{name}</code>" not in told] == []
    keys = [field.alias or key for model in models.values() for key, field in model.model_fields.items()]
    assert [key for key in keys if f">source.with.{key}</code>" not in told] == []
    assert "<td></td>\n</tr>" not in told


def test_the_types_of_every_tested_connector_are_told(site: Path) -> None:
    told = (site / "reference/types.html").read_text(encoding="utf-8")
    assert told.count("<tr>") == 1 + len(WIDE.column_names)
    assert all(f"<th>{name}</th>" in told for name in ("csv", "jsonl", "parquet"))


def test_every_obligation_of_a_source_is_told() -> None:
    told = (ROOT / "docs/connectors.md").read_text(encoding="utf-8")
    rows = [
        f"| `{check.name}` | {'MUST' if check.must else 'SHOULD'} | {check.says.replace('``', '`')} |"
        for check in CHECKS
    ]
    assert [row for row in rows if row not in told] == []
