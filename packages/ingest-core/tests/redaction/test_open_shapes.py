"""What only looks like a secret, and what is left of a shortened one, is masked however it is cut between writes."""

import re
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret
from ingest_core.redaction.hold_back import LONGEST_LINE, HoldBack

VALUE = "sesame-street/42"
BODY = "MIIEvQIBADANBgkqhkiG9w0B"
PEM = f" -----BEGIN PRIVATE KEY-----\n{BODY}\n-----END PRIVATE KEY-----"
HIDDEN = (
    *("password=hunter2", "'token': 'hunter2'", '{"client_secret": "hunter2\\"hunter2"}', "https://x.test/?token=hunter2&b"),
    *("postgres://ann:p@hunter2@db/x", "Authorization: Bearer hunter2hunter2", "sent Basic hunter2hunter2"),
    *("sk_live_hunter2hunter2", "ghp_hunter2hunter2hunter2", "xoxb-hunter2hunter2", "x-sk_test_hunter2hunter2.x"),
    *("eyJhunter2hunter2.eyJhunter2x.hunter2", "x://ann:mytokenhunter2@db"),
)  # fmt: skip
"""Alone, each is masked."""

SHAPES = (
    *(*HIDDEN, PEM, "AKIAIOSFODNN7EXAMPLE", "pat-na1-0123456789abcdef0123456789abcdef", "x_api_key=", "x.test/a", "://"),
    *("ann:hunter2@", "bearer ", "sk_live_", "x://ann:my", "eyJhbGciOiJI", "ASIA", "whsec_", "hunter2", "https"),
)  # fmt: skip
KNOWN = (VALUE, VALUE[:4], VALUE[:8], VALUE[-8:], VALUE[-4:], "...", "…", ".", "..", "other-secret", "other", "secret")
PLAIN = ("\n", "\r", " ", ", ", "'", '"', "x", "Loading", "the next line", "=", ":", "\\", "-", "/", "@")
TEXTS = st.lists(st.sampled_from([*SHAPES, *KNOWN, *PLAIN]), max_size=8).map("".join)


def knowing() -> Redactor:
    redactor = Redactor()
    for value in (VALUE, "other-secret", "street/42-corner"):
        redactor.add(Secret(value, "test.secret"))
    return redactor


REDACTOR = knowing()


def told(pieces: list[str], redactor: Redactor) -> str:
    """Give what comes of pieces that have a pause behind each."""
    held = HoldBack(redactor)
    return "".join([*(held.take(piece) + held.release() for piece in pieces), held.finish()])


@settings(max_examples=500)
@given(TEXTS, st.lists(st.integers(0, 250)))
def test_pieces_with_pauses_come_out_as_the_whole_would(text: str, places: list[int]) -> None:
    text += "\n!"
    borders = sorted({0, len(text), *(place for place in places if place < len(text))})
    pieces = [text[begin:end] for begin, end in pairwise(borders)]
    assert told(pieces, REDACTOR) == REDACTOR.text(text)


@settings(max_examples=200)
@given(TEXTS)
def test_letters_with_pauses_come_out_as_the_whole_would(text: str) -> None:
    assert told([*text, "\n!"], REDACTOR) == REDACTOR.text(text + "\n!")


@pytest.mark.parametrize("text", [*HIDDEN, f"{VALUE[:9]}...", f"...{VALUE[-9:]}", f"{VALUE[:9]}…{VALUE[-6:]}"])
def test_what_is_cut_in_two_is_masked_also_at_the_end(text: str) -> None:
    for place in range(len(text)):
        given_back = told([text[:place], text[place:]], REDACTOR)
        assert MASK in given_back
        assert not any(part in given_back for part in ("hunter2", VALUE[:6], VALUE[-6:]))


@pytest.mark.parametrize(
    "prompt", ["Continue? [y/N] ", "Name: ", "name:", "Loading", "of https://x.test/a done ", "read a.csv"]
)
def test_an_unfinished_line_without_a_hint_comes_out_at_once(prompt: str) -> None:
    held = HoldBack(Redactor())
    assert held.take(prompt) + held.release() == prompt
    assert held.take(" so\n") == " so\n"


@pytest.mark.parametrize("prompt", ["Loading...", "Loading.", "Loading... 50% ", "more…", "a..("])
def test_dots_that_cut_no_secret_come_out_at_once(prompt: str) -> None:
    held = HoldBack(REDACTOR)
    assert held.take(prompt) + held.release() == prompt


def test_an_endless_value_is_not_held_and_not_shown() -> None:
    held = HoldBack(REDACTOR)
    given_back = [held.take("token=") + held.release()]
    for _ in range(100):
        given_back.append(held.take("v" * 10_000) + held.release())
        assert held.held < 2 * LONGEST_LINE
    assert "".join([*given_back, held.take(" end\n")]) == f"token={MASK} end\n"


def seconds_of(times: int, deed: Callable[[], object]) -> float:
    """Give the processor's time that so many times of something take."""
    began = time.process_time()
    for _ in range(times):
        deed()
    return time.process_time() - began


@pytest.mark.parametrize("beginning", ["token ", "x://a:", "eyJ", "eyJ-" * 10_000, "://a:" * 10_000, "a...", "xx."])
def test_a_letter_after_a_pause_costs_a_few_looks_at_the_longest_line_at_most(beginning: str) -> None:
    held = HoldBack(REDACTOR)
    held.take(beginning)
    line, letters = "v" * LONGEST_LINE, re.compile("(?=[a-z])(v|w)+$")
    looks = seconds_of(200, lambda: letters.search(line))  # how fast this machine is just now
    assert seconds_of(2_000, lambda: (held.take("v"), held.release())) < 4 * 10 * looks
