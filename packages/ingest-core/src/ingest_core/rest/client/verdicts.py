"""Tells what an answer means: taken, tried again, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from ingest_core.rest.definition.answers import ErrorRule

Meaning = Literal["taken", "passing", "rate", "refused", "empty"]

_SHOWN = 300
"""Characters of a refusal's words that a person is shown."""

_WORDS = ("message", "error_description", "error", "errors", "detail", "title", "description")
"""Keys under which APIs say what is wrong; `error` and `errors` may hold more of them."""

_PASSING = {408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529}
_RATE = 429
_MENDS = {
    401: "the credentials are refused: mend them",
    403: "the credentials do not reach so far: give them the right to read this",
    404: "there is no such address: mend the path or what it names",
}


@dataclass(frozen=True)
class Verdict:
    """What an answer means.

    Args:
        meaning: What becomes of it.
        problem: What the API says, for a person.
        mend: What to do about it.
    """

    meaning: Meaning
    problem: str = ""
    mend: str = ""


def verdict_of(status: int, body: bytes, rules: Sequence[ErrorRule]) -> Verdict:
    """Judge an answer by the definition's rules, else by its status.

    Source: RFC 9110, section 15; RFC 6585, section 4 (429).
    """
    answer = _json(body) if rules or status >= 400 else None  # noqa: PLR2004  # RFC 9110: from there on errors
    problem = f"{status}: {_words(answer, body)}"
    for rule in rules:
        if _fits(rule, status, answer):
            return Verdict(rule.means, problem, rule.say)
    if 200 <= status < 300:  # noqa: PLR2004  # RFC 9110: success
        return Verdict("taken")
    if status == _RATE:
        return Verdict("rate", problem)
    if status in _PASSING:
        return Verdict("passing", problem)
    return Verdict("refused", problem, _MENDS.get(status, "mend what the request says"))


def excerpt(body: bytes) -> str:
    """Give the beginning of an answer, on one line."""
    return shortened(" ".join(body[: 4 * _SHOWN].decode(errors="replace").split()))


def shortened(text: str) -> str:
    """Cut a text that is too long to be shown."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _fits(rule: ErrorRule, status: int, answer: Any) -> bool:  # noqa: ANN401  # any JSON value
    statuses = rule.status if isinstance(rule.status, list) else [rule.status]
    return status in statuses and all(
        re.search(pattern, word_of(_at(answer, path))) is not None for path, pattern in rule.body.items()
    )


def word_of(value: Any) -> str:  # noqa: ANN401  # any JSON value
    """Give a value as a pattern meets it: a text as it is, nothing as an empty one, all else as JSON writes it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _at(answer: Any, path: str) -> Any:  # noqa: ANN401  # any JSON value
    for key in path.split("."):
        answer = answer.get(key) if isinstance(answer, Mapping) else None
    return answer


def _json(body: bytes) -> Any:  # noqa: ANN401  # any JSON value
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _words(answer: Any, body: bytes) -> str:  # noqa: ANN401  # any JSON value
    found = _said(answer)
    return shortened(found) if found else excerpt(body) or "without a word"


def _said(answer: Any) -> str:  # noqa: ANN401  # any JSON value
    if isinstance(answer, str):
        return answer
    if isinstance(answer, list):
        return "; ".join(filter(None, map(_said, answer)))
    if isinstance(answer, Mapping):
        return next((words for key in _WORDS if (words := _said(answer.get(key)))), "")
    return ""
