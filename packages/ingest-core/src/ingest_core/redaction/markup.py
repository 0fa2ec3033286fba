"""Texts within HTML and XML.

Sources: XML 1.0 section 2.4 (entities) and 4.1 (character references); for who writes which of them: Python's html and
xml.sax.saxutils, MarkupSafe, Go's html/template, PHP's htmlspecialchars, Ruby's CGI, Mustache, Handlebars, OWASP's
cheat sheet on cross-site scripting.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

_QUOTES: tuple[dict[str, str], ...] = (
    {},
    {'"': "&quot;"},
    {'"': "&quot;", "'": "&#x27;"},
    {'"': "&quot;", "'": "&#39;"},
    {'"': "&quot;", "'": "&#039;"},
    {'"': "&quot;", "'": "&apos;"},
    {'"': "&#34;", "'": "&#39;"},
    {'"': "&#34;", "'": "&#39;", "+": "&#43;"},
    {'"': "&quot;", "'": "&#x27;", "/": "&#x2F;"},
    {'"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"},
    {'"': "&quot;", "'": "&#39;", "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;"},
)
"""What is written for quotes and other signs, where ampersands and angle brackets have the names that all use."""


def in_markup(text: str) -> Iterator[str]:
    """Give what programs write into HTML and XML for a text, with its other letters as they are and as numbers.

    Args:
        text: What is shown to who reads the page.
    """
    plain = html.escape(text, quote=False)
    for quotes in _QUOTES:
        written = "".join(quotes.get(letter, letter) for letter in plain)
        yield written
        yield written.encode("ascii", "xmlcharrefreplace").decode()
