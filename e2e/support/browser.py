"""A real browser: Debian's chromium, driven by playwright, which downloads none of its own here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as LateError

from e2e.support.tools import require

MEND = "apt-get install chromium, or run .ci/engine.sh; another one is named by --chromium"
SCREEN = {"width": 1280, "height": 800}
PATIENCE_SECONDS = 60
"""How long a page may take to show what is waited for."""
TIMES_OPENED = 3


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


def visit(opened: Page, address: str, *texts: str, whole: bool = True) -> None:
    """Open an address until it shows texts.

    Dagster's page now and then says that an unexpected error occurred, and is well when it is opened once more.

    Args:
        opened: The page.
        address: The address.
        texts: Where the page tells what it is opened for.
        whole: Whether each text is all that its part of the page says, and not a word of it.
    """
    for _ in range(TIMES_OPENED):
        opened.goto(address)
        with contextlib.suppress(LateError):
            for text in texts:
                shown = opened.get_by_text(text, exact=whole).filter(visible=True).first
                shown.wait_for(timeout=PATIENCE_SECONDS * 1000 / TIMES_OPENED)
            return
    raise AssertionError(f"{address} does not show {texts}, but:\n{opened.inner_text('body')[:3000]}")
