"""A real browser: Debian's chromium, driven by playwright, which downloads none of its own here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from e2e.support.tools import require

MEND = "apt-get install chromium, or run .ci/engine.sh; another one is named by --chromium"
SCREEN = {"width": 1280, "height": 800}
PATIENCE_SECONDS = 60
"""How long a page may take to show what is waited for."""


@contextlib.contextmanager
def browser(program: str) -> Iterator[Browser]:
    """Start a browser without a screen, and end it.

    Args:
        program: Its name or path.

    Raises:
        MissingToolError: It is not installed.
    """
    found = require(program, MEND)
    with sync_playwright() as playwright:
        # Its sandbox needs rights that root in a container does not have, and it opens nothing but our own pages.
        opened = playwright.chromium.launch(executable_path=found, chromium_sandbox=False)
        try:
            yield opened
        finally:
            opened.close()


@contextlib.contextmanager
def page(opened: Browser) -> Iterator[Page]:
    """Open a page, and close it: a person's first look, with nothing kept from another one.

    Args:
        opened: The browser.
    """
    context = opened.new_context(viewport=SCREEN)  # type: ignore[arg-type]  # a plain mapping is what it takes
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    try:
        yield context.new_page()
    finally:
        context.close()
