"""Airflow's page in a browser: logging in, and looking at what takes its time to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.support.airflow_records import USER

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDED = ".codicon-folding-collapsed"
"""The arrow beside what is folded, in the editor that Airflow shows JSON in."""


def log_in(opened: Page, address: str, password: str) -> None:
    """Type name and password where Airflow asks for them.

    Args:
        opened: The page.
        address: Airflow's, without a path.
        password: The password.

    What comes of it is not waited for.
    """
    opened.goto(address)
    opened.locator('input[name="username"]').fill(USER)
    opened.locator('input[name="password"]').fill(password)
    opened.get_by_role("button", name="Sign in").click()


def unfold(opened: Page, text: str) -> None:
    """Unfold what a page shows as JSON, and wait for a text in it.

    Args:
        opened: The page.
        text: The text.
    """
    opened.locator(FOLDED).first.click()
    opened.get_by_text(text).first.wait_for()
