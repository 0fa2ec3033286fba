"""No layer of the image holds a tool to build or install with, a secret, or what a build left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from e2e.support import image_layers
from e2e.support.product_image import BUNDLES, TARGETS, build, target_name

if TYPE_CHECKING:
    import tarfile

TOOLS = re.compile(
    r"(^|/)(uvx?|pip[\d.]*|pipx|easy_install[\d.-]*|hatch(ling)?|gcc[\w.-]*|g\+\+[\w.-]*|c\+\+|cc|cc1(plus)?|clang[\w.-]*"
    r"|as|ld|ld\.(bfd|gold)|strip|make|cmake|cargo|rustc|go|git|curl|wget|[\w-]+-linux-gnu-(gcc|as|ld|strip)[\w.-]*)$"
)
"""Names of programs."""
LEFT_BEHIND = re.compile(
    r"site-packages/(pip|uv|setuptools|wheel|hatchling)/|(^|/)ensurepip/|\.whl$|^var/lib/apt/lists/.|^var/cache/apt/.*\.(bin|deb)$"
    r"|^(build|source|wheels|opt/build|root/\.cache|var/cache/(uv|pip))(/|$)|^run/secrets/.|(^|/)\.git/|(^|/)\.docker/"
    r"|(^|/)(\.netrc|\.pypirc|pip\.conf|uv\.toml|id_(rsa|ed25519)|\.aws/credentials)$"
)
"""Paths of installers, caches, what the build worked on, and files that hold credentials."""
BUNDLE = "etc/ssl/certs/ca-certificates.crt"
CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
CREDENTIAL = re.compile(r"(?i)(passw|token|secret|api_?key|credential)[^ =]*=|https?://[^ /]+:[^ /]+@")
PLACES = ("bin", "sbin", "libexec")


@pytest.fixture(scope="module", params=[TARGETS[0], TARGETS[-1]])
def image(request: pytest.FixtureRequest) -> Iterator[tarfile.TarFile]:
    """The smallest target, and the one that holds all others."""
    made = build(target_name("ingestion:dev", request.param), request.param)
    with image_layers.saved(made) as opened:
        yield opened


def test_no_layer_holds_a_tool_to_install_or_compile_or_what_a_build_left(image: tarfile.TarFile) -> None:
    paths = [path for path, content in image_layers.files(image) if content is not None]
    assert "opt/ingest/bin/ingest" in paths  # the walk sees what is there
    programs = [path for path in paths if set(Path(path).parts) & set(PLACES)]
    assert [path for path in programs if TOOLS.search(path)] == []
    assert [path for path in paths if LEFT_BEHIND.search(path)] == []


@pytest.mark.parametrize(
    "path", ["usr/bin/gcc-12", "opt/ingest/bin/uv", "usr/bin/x86_64-linux-gnu-as", "usr/bin/pip3.11"]
)
def test_the_search_knows_tools(path: str) -> None:
    assert TOOLS.search(path)


def test_no_layer_holds_a_certificate_that_the_build_was_lent(image: tarfile.TarFile) -> None:
    bundles = [content.read() for path, content in image_layers.files(image) if path == BUNDLE and content]
    assert len(bundles) == 1  # Debian's own, made once
    known = set(CERTIFICATE.findall(bundles[0]))
    lent = {
        found
        for path in BUNDLES
        if path and Path(path).is_file()
        for found in CERTIFICATE.findall(Path(path).read_bytes())
    }
    ours = {b"".join(one.split(b"\n")[1:3]) for one in lent - known}
    for path, content in image_layers.files(image):
        if content and path.endswith((".crt", ".pem")):
            text = content.read().replace(b"\n", b"")
            assert not any(one in text for one in ours), path


def test_debian_s_bundle_is_made_of_debian_s_certificates_alone(image: tarfile.TarFile) -> None:
    bundled: set[bytes] = set()
    single: set[bytes] = set()
    for path, content in image_layers.files(image):
        if content and (path == BUNDLE or path.startswith("usr/share/ca-certificates/")):
            (bundled if path == BUNDLE else single).update(CERTIFICATE.findall(content.read()))
    assert bundled
    assert bundled <= single


def test_neither_history_nor_environment_holds_a_credential(image: tarfile.TarFile) -> None:
    found = image_layers.configuration(image)
    said = [*found["config"]["Env"], *found["config"]["Labels"].values()]
    said += [entry.get("created_by", "") for entry in found["history"]]
    assert any("apt-get install" in line for line in said)  # the history is there to be looked at
    assert [line for line in said if CREDENTIAL.search(line)] == []
