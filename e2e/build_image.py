"""Builds the product's image and tells its size: ``python -m e2e.build_image``."""

from __future__ import annotations

import argparse
import sys
import time

import docker

from e2e.support.product_image import NAME, build


def main() -> None:
    """Build, then print name, size and time in one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", default=NAME, help="the image's name (default: %(default)s)")
    name = parser.parse_args().tag
    began = time.monotonic()
    build(name)
    size = docker.from_env().images.get(name).attrs["Size"]
    sys.stdout.write(f"{name}: {size / 1_000_000:.0f} MB, built in {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
