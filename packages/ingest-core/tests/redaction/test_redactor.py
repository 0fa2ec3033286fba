"""No form of a secret passes, and ordinary text passes as it is."""

import json
import pickle
import re
import time
import warnings
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret
from ingest_core.redaction.forms import forms
from ingest_core.redaction.telling import is_maskable

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
SECRETS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=6, max_size=40).filter(is_maskable)


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "test.secret"))
    return redactor


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


def test_a_quote_escaped_for_the_text_around_it_is_masked() -> None:
    shown = repr("""said "it's-a-secret" twice""")
    assert knowing("it's-a-secret").text(shown) == f"'said \"{MASK}\" twice'"


def test_the_key_within_a_service_account_is_masked_by_itself() -> None:
    account = json.dumps({"type": "service_account", "project_id": "my-project", "private_key": PEM})
    redactor = knowing(account)
    assert redactor.text("x MIIEvQIBADANBgkqhkiG9w0B my-project") == f"x {MASK} my-project"


@pytest.mark.parametrize("dots", ["...", "\u2026"])
@given(secret=SECRETS.filter(lambda secret: not {".", "\u2026"} & {*secret}), kept=st.integers(6, 20))
def test_what_is_left_of_a_shortened_secret_is_masked(dots: str, secret: str, kept: int) -> None:
    before, after = secret[:kept], secret[-kept:]
    assert knowing(secret).text(f"a\n{before}{dots}{after}\nb") == f"a\n{MASK}{dots}{MASK}\nb"


def test_a_text_that_was_shortened_and_is_no_secret_is_left_as_it_is() -> None:
    line = "loading... sesame and ...stree, done..."
    assert knowing("sesame-street").text(line) == line


def test_ten_megabytes_of_shortened_lines_take_less_than_two_seconds() -> None:
    redactor = knowing(*(f"sesame-{n:04}-{n * 7919:08x}" for n in range(20)))
    text = "reading a file of a middling name, and the next one...\n" * 180_000
    began = time.process_time()
    assert redactor.text(text) == text
    assert time.process_time() - began < 2


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
        PEM.replace("\n", "\\r\\n"),
        PEM.replace("\n", ""),
        json.dumps({"type": "service_account", "private_key": PEM}),
        "only MIIEvQIBADANBgkqhkiG9w0B here",
    ],
    ids=["whole", "CRLF", "escaped", "CRLF, escaped", "one line", "service account", "one of its lines"],
)
def test_a_key_of_several_lines_is_masked_in_every_shape(shown: str) -> None:
    masked = knowing(PEM).text(shown)
    assert "MIIEvQIBADANBgkqhkiG9w0B" not in masked
    assert "AQEFAASCBKcwggSjAgEAAoIB" not in masked


@pytest.mark.parametrize(
    "value", ["", "a", "abc", "true", "true\n", "    ", " a   ", "Password", "main", "1234", "----", "event"]
)
def test_a_value_like_a_common_word_is_not_masked_and_a_warning_names_it(value: str) -> None:
    with pytest.warns(UserWarning, match=r"'test\.secret' is too short or too common") as caught:
        redactor = knowing(value)
    line = '{"event": "a true    abc main ----", "rows": 1234}'
    assert redactor.text(line) == line
    assert str(caught[0].message) == "the secret 'test.secret' is too short or too common to be masked"


def test_a_secret_learned_late_is_masked_from_then_on() -> None:
    redactor = Redactor()
    assert redactor.text("sesame-street") == "sesame-street"
    redactor.add(Secret("sesame-street", "n"))
    assert redactor.text("sesame-street") == MASK


def test_a_secret_changed_during_the_run_is_masked_as_it_was_and_as_it_is() -> None:
    redactor = knowing("sesame-street")
    redactor.add(Secret("open-sesame-now", "test.secret"))
    assert redactor.text("sesame-street, open-sesame-now") == f"{MASK}, {MASK}"


@pytest.mark.parametrize("password", ["p@ss/wo:rd", "pässwort", "p%40ss-word"])
def test_a_secret_in_an_address_is_masked_however_it_is_written(password: str) -> None:
    for written in (quote(password, safe=""), quote(password), quote_plus(password), password):
        assert knowing(password).text(f"at x://ann:{written}@db/x") == f"at x://ann:{MASK}@db/x"


def test_bytes_that_are_not_utf8_pass_around_a_masked_secret() -> None:
    assert knowing("sesame-street").data(b"\xff\xfe sesame-street \x80") == b"\xff\xfe *** \x80"


def test_what_cannot_be_redacted_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    redactor = knowing("sesame-street")
    monkeypatch.setattr(redactor, "spans", lambda _: 1 / 0)
    assert redactor.text("sesame-street") == "[output withheld: it could not be redacted]\n"


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "batch_written", "rows": 131072, "source": "data/orders.csv", "note": "nothing"}\n',
        '{"event": "batch_written", "primary_key": "id", "source": "through https://a.test/x", "n": 1}\n',
    ],
    ids=["plain", "with words that begin like telling ones"],
)
def test_ten_megabytes_take_less_than_a_second(line: str) -> None:
    redactor = knowing(*(f"sesame-{n:04}-{n * 7919:08x}" for n in range(20)))
    text = line * (10_000_000 // len(line))
    began = time.process_time()
    assert redactor.text(text) == text
    assert time.process_time() - began < 1


@pytest.mark.parametrize("unit", ["a.", "token", "'key", 'a"', "key=", "://", "a-b.", "eyJ.", "\\'", "bearer ", "x:y@"])
def test_a_hostile_line_takes_no_time_to_speak_of(unit: str) -> None:
    line = unit * (64 * 1024 // len(unit)) + " token :// key"
    began = time.process_time()
    Redactor().text(line)
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


def test_two_hundred_secrets_are_learned_in_less_than_two_seconds() -> None:
    began = time.process_time()
    redactor = knowing(*(f"K{n}'/+&-{n * 7919:016x}" for n in range(200)))
    assert redactor.text(f"x {7 * 7919:016x}") == f"x {7 * 7919:016x}"
    assert redactor.text(f"x K7'/+&-{7 * 7919:016x}") == f"x {MASK}"
    assert time.process_time() - began < 2


def test_secrets_that_are_equal_have_one_hash() -> None:
    value, name = "sesame-street", "stripe.api_key"
    assert len({Secret(value, name), Secret(value, name)}) == 1
    assert Secret(value, name) != Secret(value, "another.name")
    assert Secret("se\udcffsame", name) == Secret("se\udcffsame", name)


def test_a_secret_cannot_be_changed() -> None:
    secret = Secret("sesame-street", "stripe.api_key")
    with pytest.raises(AttributeError, match="cannot be changed"):
        secret.name = "another"
    with pytest.raises(AttributeError, match="cannot be changed"):
        secret._value = "another"  # noqa: SLF001  # what the test is about
    assert secret.reveal() == "sesame-street"


def test_a_long_secret_full_of_what_is_escaped_is_learned_in_bounded_time_and_few_forms() -> None:
    value = "\n".join(f"\"k{n}\": 'v\\{n}/é&<{n * 7919:x}>'" for n in range(80))
    began = time.process_time()
    redactor = knowing(value)
    assert time.process_time() - began < 10
    assert redactor.text(f"x {value} y") == f"x {MASK} y"
    assert sum(map(len, forms(value))) < 5_000_000


def test_a_long_run_of_backslashes_behind_a_telling_key_takes_no_long_time() -> None:
    line = '"password": "' + "\\" * 60_000
    began = time.process_time()
    Redactor().text(line)
    assert time.process_time() - began < 1
