"""No way of writing a secret passes: what libraries, tools and shells make of a text."""

import base64
import csv
import html
import io
import json
import os
import re
import shlex
import subprocess
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax import saxutils

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret
from ingest_core.redaction.telling import is_maskable

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
SECRETS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=6, max_size=40).filter(is_maskable)
SIGNS = st.text(st.sampled_from("aZ09 é'\"`\\/%$&<>+=!#;{}~"), min_size=6, max_size=20).filter(is_maskable)
WESTERN = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=6, max_size=40).filter(
    is_maskable
)


def small(percent_encoded: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), percent_encoded)


def json_with(signs: str, digits: str, *, ascii_only: bool) -> Callable[[str], str]:
    """Give a writer of JSON that writes signs as numbers, and all numbers with large or small digits."""

    def letter(sign: str) -> str:
        if sign not in signs and (sign.isascii() or not ascii_only):
            return json.dumps(sign, ensure_ascii=False)[1:-1]
        number = sign.encode("utf-16-be").hex()
        halves = re.findall("....", number.upper() if digits == "X" else number)
        return "".join(f"\\u{half}" for half in halves)

    return lambda text: "".join(map(letter, text))


def markup(**entities: str) -> Callable[[str], str]:
    names = {"quot": '"', "apos": "'", "slash": "/", "tick": "`", "equals": "=", "plus": "+"}
    return lambda text: saxutils.escape(text, {names[name]: entity for name, entity in entities.items()})


def csv_line(text: str) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([text, "x"])
    return line.getvalue().removesuffix(",x\r\n")


ENCODINGS: dict[str, Callable[[str], str]] = {
    "verbatim": str,
    "percent": lambda s: quote(s, safe=""),
    "percent, path": quote,
    "percent, small": lambda s: small(quote(s, safe="")),
    "quote_plus": quote_plus,
    "json": json.dumps,
    "json, unicode": lambda s: json.dumps(s, ensure_ascii=False),
    "json in json": lambda s: json.dumps(json.dumps({"a": s})),
    "repr": repr,
    "repr of a mapping": lambda s: repr({"a": [s]}),
    "percent, JavaScript": lambda s: quote(s, safe="!'()*~"),
    "percent, requests": lambda s: quote(s, safe="!#$%&'()*+,/:;=?@[]~"),
    "json in json in json": lambda s: json.dumps(json.dumps(json.dumps({"a": s}))),
    "json, slashes escaped": lambda s: json.dumps(s).replace("/", "\\/"),
    "repr in json": lambda s: json.dumps(repr([s])),
    "repr of bytes": lambda s: repr(s.encode()),
    "repr of bytes in json": lambda s: json.dumps(repr({"a": s.encode()})),
    "shell in json": lambda s: json.dumps(shlex.join(["-p", s])),
    "html": html.escape,
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "shell": shlex.quote,
    "SQL": lambda s: s.replace("'", "''"),
    "percent signs doubled": lambda s: s.replace("%", "%%"),
    "NFC": lambda s: unicodedata.normalize("NFC", s),
    "NFD": lambda s: unicodedata.normalize("NFD", s),
    "percent, twice": lambda s: quote(quote(s, safe=""), safe=""),
    "percent, twice, small": lambda s: quote(small(quote(s, safe="")), safe=""),
    "quote_plus, twice": lambda s: quote_plus(quote_plus(s)),
    "json, .NET": json_with("\"&'+<>`", "X", ascii_only=True),
    "json, Go": json_with("&<>", "x", ascii_only=False),
    "json, Gson": json_with("&<>'=", "x", ascii_only=False),
    "json, Django": json_with("&<>", "X", ascii_only=False),
    "json, PHP for HTML": json_with("\"&'<>", "X", ascii_only=False),
    "json, capitals": json_with("", "X", ascii_only=True),
    "ascii": ascii,
    "ascii in json": lambda s: json.dumps(ascii(s)),
    "backslashreplace": lambda s: s.encode("ascii", "backslashreplace").decode(),
    "bytes of UTF-8 taken for Latin-1": lambda s: s.encode().decode("latin-1"),
    "the same, repr": lambda s: repr(s.encode().decode("latin-1")),
    "the same, json": lambda s: json.dumps(s.encode().decode("latin-1")),
    "bytes of UTF-8 taken for ASCII": lambda s: repr(s.encode().decode("ascii", "surrogateescape")),
    "html, MarkupSafe": markup(quot="&#34;", apos="&#39;"),
    "html, Go": markup(quot="&#34;", apos="&#39;", plus="&#43;"),
    "html, PHP": markup(quot="&quot;", apos="&#039;"),
    "html, Ruby": markup(quot="&quot;", apos="&#39;"),
    "html, Mustache": markup(quot="&quot;", apos="&#39;", slash="&#x2F;", tick="&#x60;", equals="&#x3D;"),
    "html, Handlebars": markup(quot="&quot;", apos="&#x27;", tick="&#x60;", equals="&#x3D;"),
    "html, OWASP": markup(quot="&quot;", apos="&#x27;", slash="&#x2F;"),
    "html in json": lambda s: json.dumps(html.escape(s)),
    "XML": saxutils.escape,
    "XML, attribute": markup(quot="&quot;"),
    "XML, apostrophe": markup(quot="&quot;", apos="&apos;"),
    "XML in ASCII": lambda s: saxutils.escape(s).encode("ascii", "xmlcharrefreplace").decode(),
    "XML in ASCII, attribute": lambda s: html.escape(s).encode("ascii", "xmlcharrefreplace").decode(),
    "shell, trace": lambda s: s.replace("'", "'\\''"),
    "CSV": csv_line,
    "MySQL": lambda s: re.sub(r"([\\'\"])", r"\\\1", s),
    "PostgreSQL, E": lambda s: s.replace("\\", "\\\\").replace("'", "''"),
    "dollar signs doubled": lambda s: s.replace("$", "$$"),
    "pattern": re.escape,
    "base64, percent": lambda s: quote(base64.b64encode(s.encode()).decode().rstrip("="), safe=""),
    "base64, json of .NET": lambda s: base64.b64encode(s.encode()).decode().rstrip("=").replace("+", "\\u002B"),
    "base64, json of PHP": lambda s: base64.b64encode(s.encode()).decode().rstrip("=").replace("/", "\\/"),
}

WESTERN_ENCODINGS: dict[str, Callable[[str], str]] = {
    "percent": lambda s: quote(s.encode("latin-1"), safe=""),
    "percent, small": lambda s: small(quote(s.encode("latin-1"), safe="")),
    "quote_plus": lambda s: quote_plus(s, encoding="latin-1"),
    "hex": lambda s: s.encode("latin-1").hex(),
    "repr": lambda s: repr(s.encode("latin-1"))[2:-1],
    "base64": lambda s: own_of_base64(s.encode("latin-1"), 0),
    "base64 of a Basic header": lambda s: own_of_base64(s.encode("latin-1"), len("ann:")),
    "base64, percent": lambda s: quote(own_of_base64(s.encode("latin-1"), 0), safe=""),
    "bytes among those of UTF-8": lambda s: s.encode("latin-1").decode("utf-8", "surrogateescape"),
}


def own_of_base64(raw: bytes, begin: int) -> str:
    """Give the characters that a value alone determines, some bytes behind the beginning."""
    encoded = base64.b64encode(b"\0" * begin + raw).decode()
    return encoded[-(-begin * 8 // 6) : (begin + len(raw)) * 8 // 6]


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "test.secret"))
    return redactor


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(secret=SECRETS | SIGNS, before=TEXT, after=TEXT)
def test_every_encoding_of_a_secret_is_masked(encoding: str, secret: str, before: str, after: str) -> None:
    encoded = ENCODINGS[encoding](secret)
    core = encoded.strip("\"'")
    assume(core not in before + after)
    assert core not in knowing(secret).text(f"{before} {encoded} {after}")


@given(secret=SECRETS, user=st.text(st.characters(codec="ascii", categories=["L"]), max_size=9))
def test_base64_of_a_secret_is_masked_wherever_it_begins(secret: str, user: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(f"{user}:{secret}".encode()).decode()
        masked = knowing(secret).text(f"x-note: {encoded}")
        assert MASK in masked
        begin, end = len(user) + 1, len(user) + 1 + len(secret.encode())
        own = encoded[-(-begin * 8 // 6) : end * 8 // 6]
        assert own not in masked


@pytest.mark.parametrize("encoding", WESTERN_ENCODINGS)
@given(secret=WESTERN)
def test_every_encoding_of_a_secret_in_latin_1_is_masked(encoding: str, secret: str) -> None:
    encoded = WESTERN_ENCODINGS[encoding](secret)
    shown = knowing(secret).text(f"- {encoded} -")
    # As bytes: reports of tests cannot hold letters that are no UTF-8.
    assert encoded.encode("utf-8", "surrogateescape") not in shown.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    "secret", ["it's a \\pass", "pässwört $x", "tab\tand'quote", "line\nof two", 'say "please" `x`']
)
@pytest.mark.parametrize("show", ['printf %q "$v"', 'set -x; : "$v"', "declare -p v"])
@pytest.mark.parametrize("charset", ["C", "C.UTF-8"])
def test_what_bash_shows_of_a_secret_is_masked(secret: str, show: str, charset: str) -> None:
    line, variables = ["bash", "-c", f"v=$1; {show}", "bash", secret], os.environ | {"LC_ALL": charset}
    done = subprocess.run(line, capture_output=True, check=True, env=variables)  # noqa: S603  # our own line
    shown = knowing(secret).data(done.stdout + done.stderr).decode()
    assert MASK in shown
    assert not {word for word in re.findall(r"\w{3,}", secret) if word in shown}


@pytest.mark.parametrize("replaced", ["p?ssword-of-mine", "p\ufffdssword-of-mine", "p\ufffd\ufffdssword-of-mine"])
def test_what_is_left_where_letters_were_replaced_is_masked(replaced: str) -> None:
    assert knowing("pässword-of-mine").text(f"x {replaced}") == f"x {MASK}"


def test_letters_that_were_all_replaced_are_no_form() -> None:
    line = "why ?????????? and \ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd, ?????ab"
    redactor = knowing("пароль-ось", "日本語日本語日本", "ééééab")
    assert redactor.text(line) == line
