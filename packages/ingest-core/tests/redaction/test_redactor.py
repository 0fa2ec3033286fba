"""No form of a secret passes, and ordinary text passes as it is."""

import base64
import json
import pickle
import re
import shlex
import time
import unicodedata
import warnings
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret
from ingest_core.redaction.forms import is_maskable

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
SECRETS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=6, max_size=40).filter(is_maskable)

ENCODINGS: dict[str, Callable[[str], str]] = {
    "verbatim": str,
    "percent": lambda s: quote(s, safe=""),
    "percent, path": quote,
    "percent, small": lambda s: re.sub("%..", lambda m: m[0].lower(), quote(s, safe="")),
    "quote_plus": quote_plus,
    "json": json.dumps,
    "json, unicode": lambda s: json.dumps(s, ensure_ascii=False),
    "json in json": lambda s: json.dumps(json.dumps({"a": s})),
    "repr": repr,
    "repr of a mapping": lambda s: repr({"a": [s]}),
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "shell": shlex.quote,
    "NFC": lambda s: unicodedata.normalize("NFC", s),
    "NFD": lambda s: unicodedata.normalize("NFD", s),
}


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "test.secret"))
    return redactor


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(secret=SECRETS, before=TEXT, after=TEXT)
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


@given(TEXT)
def test_text_without_secrets_passes_as_it_is(text: str) -> None:
    assume(not re.search(r"(?i)pass|secret|token|key|cred|auth|cookie|bearer|basic|://|eyj|pat-", text))
    assert knowing("a-secret-that-is-nowhere").text(text) == text


@given(SECRETS, TEXT)
def test_masking_twice_is_masking_once(secret: str, text: str) -> None:
    assume(MASK not in secret)
    redactor = knowing(secret)
    once = redactor.text(f"{text}{secret}{text}")
    assume(not redactor.spans(once))
    assert redactor.text(once) == once


@given(secret=SECRETS, other=st.text(st.characters(categories=["L"]), min_size=1, max_size=9))
def test_a_secret_that_begins_another_leaves_nothing_of_the_longer(secret: str, other: str) -> None:
    longer = secret + other
    assert knowing(secret, longer).text(f"({longer})") == f"({MASK})"


def test_overlapping_secrets_leave_nothing_of_either() -> None:
    assert knowing("abcdefgh", "efghijkl").text("x abcdefghijkl y") == f"x {MASK} y"


def test_what_has_a_meaning_in_patterns_is_taken_as_it_stands() -> None:
    assert knowing("a.c*[x](y)|$").text("abc a.c*[x](y)|$") == f"abc {MASK}"


PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "shown",
    [
        PEM,
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", "\\n"),
        PEM.replace("\n", ""),
        json.dumps({"type": "service_account", "private_key": PEM}),
        "only MIIEvQIBADANBgkqhkiG9w0B here",
    ],
    ids=["whole", "CRLF", "escaped", "one line", "service account", "one of its lines"],
)
def test_a_key_of_several_lines_is_masked_in_every_shape(shown: str) -> None:
    masked = knowing(PEM).text(shown)
    assert "MIIEvQIBADANBgkqhkiG9w0B" not in masked
    assert "AQEFAASCBKcwggSjAgEAAoIB" not in masked


@pytest.mark.parametrize("value", ["", "a", "abc", "true", "Password", "main"])
def test_a_value_like_a_common_word_is_not_masked_and_a_warning_names_it(value: str) -> None:
    with pytest.warns(UserWarning, match=r"'test\.secret' is too short or too common") as caught:
        redactor = knowing(value)
    assert redactor.text("a true abc main") == "a true abc main"
    assert value == "" or len(value) == 1 or value not in str(caught[0].message)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ('{"password": "hunter2", "user": "ann"}', "hunter2"),
        ('{"client_secret":"hunter2"}', "hunter2"),
        ("{'api_key': 'hunter2'}", "hunter2"),
        ('"{\\"token\\": \\"hunter2\\"}"', "hunter2"),
        ("https://x.test/a?token=hunter2&b=1", "hunter2"),
        ("postgres://ann:hunter2@db/x", "hunter2"),
        ("Authorization: Bearer hunter2hunter2", "hunter2"),
        ("key sk_live_4eC39HqLyjWDarjt", "4eC39HqLyjWDarjt"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN"),
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_named_it(line: str, hidden: str) -> None:
    masked = Redactor().text(line)
    assert hidden not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "line",
    [
        '{"password": "a\\"b", "n": 1}',
        '{"token": null, "keys": ["a"], "authorization": 3}',
        '{"event": "secret s3.access_key is nowhere", "mend": "set ${secret:s3.access_key}"}',
    ],
)
def test_a_line_of_json_stays_json(line: str) -> None:
    assert json.loads(Redactor().text(line)).keys() == json.loads(line).keys()


def test_a_reference_to_a_secret_is_no_secret() -> None:
    line = "mend: write ${secret:s3.access_key} and put 'access_key' into secrets/acme/s3.yaml"
    assert Redactor().text(line) == line


def test_a_secret_learned_late_is_masked_from_then_on() -> None:
    redactor = Redactor()
    assert redactor.text("sesame-street") == "sesame-street"
    redactor.add(Secret("sesame-street", "n"))
    assert redactor.text("sesame-street") == MASK


def test_bytes_that_are_not_utf8_pass_around_a_masked_secret() -> None:
    assert knowing("sesame-street").data(b"\xff\xfe sesame-street \x80") == b"\xff\xfe *** \x80"


def test_what_cannot_be_redacted_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    redactor = knowing("sesame-street")
    monkeypatch.setattr(redactor, "spans", lambda _: 1 / 0)
    assert redactor.text("sesame-street") == "[output withheld: it could not be redacted]\n"


def test_ten_megabytes_take_less_than_a_second() -> None:
    redactor = knowing(*(f"sesame-{n:04}-{n * 7919:08x}" for n in range(20)))
    text = '{"event": "batch_written", "rows": 131072, "source": "data/orders.csv", "note": "nothing"}\n' * 115_000
    began = time.process_time()
    assert redactor.text(text) == text
    assert time.process_time() - began < 1


def test_a_secret_shows_itself_in_no_way_but_one() -> None:
    secret = Secret("sesame-street", "stripe.api_key")
    assert secret.reveal() == "sesame-street"
    for shown in (str(secret), repr(secret), f"{secret}", repr([secret]), str({"a": secret}), f"{secret!s:>40}"):
        assert "sesame" not in shown
    with pytest.raises(TypeError, match="must not be pickled"):
        pickle.dumps(secret)
    assert secret == Secret("sesame-street", "stripe.api_key")
    assert secret != Secret("another", "stripe.api_key")


def test_adding_a_secret_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        knowing("sesame-street")
