"""A line of JSON stays JSON, whatever the secret in it looks like."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.logs import configure_logging, get_logger
from ingest_core.redaction import MASK, Redactor, Secret

NUMBER = "4711007"
FIELDS = st.dictionaries(
    st.sampled_from(["rows", "a", NUMBER]),
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.just(int(NUMBER))
    | st.sampled_from([f"x{NUMBER}", "1, 2, 3", float(f"1.{NUMBER}")])
    | st.lists(st.integers(1, 3), max_size=4),
    max_size=4,
)
ODD = st.text(st.sampled_from('0123456789,:.-+e "{}[]'), min_size=6, max_size=9)


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(Secret(value, "test.secret"))
    return redactor


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ({"rows": 4711007, "n": 3}, {"rows": MASK, "n": 3}),
        ({"rows": -4711007}, {"rows": MASK}),
        ({"rows": 994711007.5}, {"rows": MASK}),
        ({"rows": [1, 4711007], "x": {"4711007": "a 4711007"}}, {"rows": [1, MASK], "x": {MASK: f"a {MASK}"}}),
    ],
)
def test_a_number_that_is_a_secret_becomes_a_text(line: dict[str, Any], kept: dict[str, Any]) -> None:
    assert json.loads(knowing(NUMBER).text(json.dumps(line))) == kept


def test_lines_around_it_and_their_ends_stay_as_they_are() -> None:
    text = 'plain 4711007\n{"rows": 4711007}\r\n{"a": 1.10}\n\n'
    assert knowing(NUMBER).text(text) == f'plain {MASK}\n{{"rows": "{MASK}"}}\r\n{{"a": 1.10}}\n\n'


def test_what_only_begins_like_json_is_masked_as_it_stands() -> None:
    assert knowing(NUMBER).text("{rows: 4711007} [4711007") == f"{{rows: {MASK}}} [{MASK}"


def test_a_secret_that_reaches_over_several_values_takes_the_line_with_it() -> None:
    kept = knowing("1, 2, 3").text('{"a": [1, 2, 3]}\n')
    assert "withheld" in json.loads(kept)["event"]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)


@pytest.mark.filterwarnings("ignore:the secret")
@given(secret=ODD | st.just(NUMBER), fields=FIELDS)
def test_every_line_of_the_log_is_json_and_holds_no_secret(secret: str, fields: dict[str, Any]) -> None:
    redactor, stream = knowing(secret), io.StringIO()
    configure_logging("info", "json", redactor, stream)
    get_logger().info("event", **fields)
    assert isinstance(json.loads(stream.getvalue()), dict)
    assert not redactor.spans(stream.getvalue())
