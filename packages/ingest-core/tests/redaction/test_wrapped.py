"""Base64 that is broken into lines holds no secret, wherever in it the secret stands and however it is written."""

import base64
import json
import re
import time
from collections.abc import Callable
from email.message import EmailMessage

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret
from ingest_core.redaction.hold_back import HoldBack
from ingest_core.redaction.telling import is_maskable

LETTERS = st.characters(codec="ascii", exclude_categories=["Cc"])
SECRETS = st.text(LETTERS, min_size=15, max_size=200).filter(is_maskable)
BEFORE = st.text(LETTERS, min_size=40, max_size=60)  # so that most secrets reach over the end of a line
AFTER = st.text(LETTERS, max_size=60)


def wrapped(raw: bytes, columns: int) -> str:
    return re.sub(f"(.{{{columns}}})", "\\1\n", base64.b64encode(raw).decode())


def mail(raw: bytes) -> str:
    message = EmailMessage()
    message.set_content(raw, "application", "octet-stream")
    return message.as_string()


WAYS: dict[str, Callable[[bytes], str]] = {
    "MIME": lambda raw: base64.encodebytes(raw).decode(),
    "a mail": mail,
    "64 columns": lambda raw: wrapped(raw, 64),
    "CRLF": lambda raw: wrapped(raw, 64).replace("\n", "\r\n"),
    "indented": lambda raw: "key: |\n  " + wrapped(raw, 64).replace("\n", "\n  "),
    "YAML": lambda raw: yaml.dump({"a": [raw]}),
    "repr": lambda raw: repr(base64.encodebytes(raw)),
    "JSON": lambda raw: json.dumps({"a": wrapped(raw, 64)}),
    "JSON, CRLF": lambda raw: json.dumps({"a": wrapped(raw, 76).replace("\n", "\r\n")}),
    "JSON in JSON": lambda raw: json.dumps(json.dumps(base64.encodebytes(raw).decode())),
}


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "test.secret"))
    return redactor


def joined(text: str) -> str:
    return re.sub(r"(?:\\+[rn])+|\s+", "", text)


def own(secret: str, begin: int, end: int) -> str:
    """Give the characters of base64 that the secret alone determines."""
    whole = base64.b64encode(b"\0" * begin + secret.encode() + b"\0" * end).decode()
    return whole[-(-begin * 8 // 6) : (begin + len(secret.encode())) * 8 // 6]


@pytest.mark.parametrize("way", WAYS)
@given(secret=SECRETS, before=BEFORE, after=AFTER)
def test_a_secret_in_base64_of_several_lines_is_masked(way: str, secret: str, before: str, after: str) -> None:
    text = WAYS[way](f"{before}{secret}{after}".encode())
    told = own(secret, len(before), len(after))
    masked = knowing(secret).text(text)
    assert told in joined(text)
    assert told not in joined(masked)
    assert MASK in masked


@pytest.mark.parametrize("way", ["MIME", "CRLF", "YAML"])
@given(secret=SECRETS, before=BEFORE, cut=st.integers(1, 400))
def test_it_is_masked_also_where_it_comes_in_pieces(way: str, secret: str, before: str, cut: int) -> None:
    text = f"x\n{WAYS[way](f'{before}{secret}'.encode())}y\n"
    held = HoldBack(knowing(secret))
    pieces = [text[at : at + cut] for at in range(0, len(text), cut)]
    given_back = "".join([*map(held.take, pieces), held.finish()])
    assert given_back == knowing(secret).text(text)


def test_lines_before_and_after_stay_and_pass_at_once() -> None:
    held = HoldBack(knowing("sesame-street/42" * 4))
    assert held.take(f"{'A' * 64}\n") == f"{'A' * 64}\n"
    assert held.take("an ordinary line\n") == "an ordinary line\n"


@pytest.mark.parametrize(
    "line", ["A" * 76 + "\n", "QUJD" * 19 + "\r\n", "\\n" * 38 + "\n", ("A" * 64 + "\\n") * 100 + "\n"]
)
def test_ten_megabytes_of_base64_take_less_than_two_seconds(line: str) -> None:
    redactor = knowing(*(f"sesame-{n:04}-{n * 7919:08x}" for n in range(20)))
    text = line * (10_000_000 // len(line))
    began = time.process_time()
    assert redactor.text(text) == text
    assert time.process_time() - began < 2
