"""Text given in pieces comes out as if it had been given whole, and little of it is held."""

import time
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret, hold_back
from ingest_core.redaction.hold_back import HoldBack

LETTERS = st.sampled_from("ab\n ")
BODY = "MIIEvQIBADANBgkqhkiG9w0B"


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "test.secret"))
    return redactor


@given(
    secrets=st.lists(st.text(st.sampled_from("ab\n"), min_size=6, max_size=9).filter(lambda s: len(s.strip()) > 3)),
    chunks=st.lists(st.text(LETTERS, max_size=30)),
    flush=st.booleans(),
    line=st.integers(1, 40),
)
def test_pieces_come_out_as_the_whole_would(secrets: list[str], chunks: list[str], flush: bool, line: int) -> None:  # noqa: FBT001  # a parameter of the test
    redactor = knowing(*secrets)
    held = HoldBack(redactor)
    with mock.patch.object(hold_back, "LONGEST_LINE", line):
        given_back = [held.take(chunk) + (held.release() if flush else "") for chunk in [*chunks, "!"]]
        given_back.append(held.finish())
    assert "".join(given_back) == redactor.text("".join([*chunks, "!"]))


def test_an_endless_run_of_secrets_is_not_held() -> None:
    held = HoldBack(knowing("abcabcabc"))
    began = time.process_time()
    given_back = [held.take("abc" * 3_000) for _ in range(100)]
    assert time.process_time() - began < 5
    assert held.held < 2 * hold_back.LONGEST_LINE
    assert "".join([*given_back, held.take("ab end\n")]) == f"{MASK}ab end\n"


def test_a_private_key_that_nobody_named_is_masked_line_by_line() -> None:
    held = HoldBack(Redactor())
    text = f"x\n-----BEGIN PRIVATE KEY-----\n{BODY}\n{BODY}\n-----END PRIVATE KEY-----\ny\n"
    given_back = "".join([*(held.take(line) for line in text.splitlines(keepends=True)), held.finish()])
    assert given_back == f"x\n-----BEGIN PRIVATE KEY-----{MASK}-----END PRIVATE KEY-----\ny\n"


def test_what_only_begins_like_a_private_key_is_not_waited_for() -> None:
    held = HoldBack(Redactor())
    held.take("-----BEGIN PRIVATE KEY-----\n")
    for _ in range(10_000):
        held.take(f"{BODY}\n")
    assert held.held < 2 * hold_back.LONGEST_LINE


def test_letters_written_one_by_one_take_less_than_two_seconds() -> None:
    held = HoldBack(knowing("sesame-street"))
    began = time.process_time()
    for _ in range(50_000):
        held.take("x")
    assert time.process_time() - began < 2
