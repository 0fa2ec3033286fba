"""Builds the product's image, tells what it is made of, and lets dockle look: ``python -m e2e.build_image``."""

from __future__ import annotations

import argparse
import sys
import time

from e2e.support import composition, dockle
from e2e.support.product_image import NAME, TARGETS, build, target_name


def main() -> None:
    """Build what is asked for, and exit with 1 if dockle has something to say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", default=NAME, help="the image's name (default: %(default)s)")
    parser.add_argument("--target", choices=TARGETS, help="build this one alone, under that very name (default: all)")
    parser.add_argument("--source", default="", help="where the source can be read, for the image's label: a URL")
    asked = parser.parse_args()
    names = {asked.target: asked.tag} if asked.target else {each: target_name(asked.tag, each) for each in TARGETS}
    images = [_make(name, target, asked.source) for target, name in names.items()]
    # The last of several holds whatever the others hold, in the same layers.
    complaints = dockle.complaints(images[-1])
    sys.stdout.write(f"dockle: {complaints or 'all rules hold'}\n")
    sys.exit(int(bool(complaints)))


def _make(name: str, target: str, source: str) -> str:
    """Build a target and tell of it; gives its id."""
    began = time.monotonic()
    image = build(name, target, source)
    sys.stdout.write(
        f"{name}: {composition.size(image) / composition.MEGABYTE:.0f} MB, built in {time.monotonic() - began:.0f} s\n"
        f"  layers: {composition.in_megabytes(composition.layers(image, target))}\n"
        f"  packages: {composition.in_megabytes(composition.large_packages(image))}\n"
    )
    sys.stdout.flush()
    return image


if __name__ == "__main__":
    main()
