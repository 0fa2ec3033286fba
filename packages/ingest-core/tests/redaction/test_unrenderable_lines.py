"""A log call loses no line, raises nothing and shows no secret, whatever it is given."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from ingest_core.logs import configure_logging, get_logger
from ingest_core.redaction import Redactor, Secret

VALUE = "sesame-street/42"


class Broken(io.StringIO):
    """A stream that refuses the first line, as a full disk does."""

    refused = False

    def write(self, text: str) -> int:
        """Refuse once."""
        if not self.refused:
            self.refused = True
            raise OSError(f"no space for {text}")
        return super().write(text)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)


def sink(stream: io.StringIO, fmt: Literal["json", "console"] = "json") -> io.StringIO:
    redactor = Redactor()
    redactor.add(Secret(VALUE, "test.secret"))
    configure_logging("info", fmt, redactor, stream)
    return stream


def circular() -> dict[str, Any]:
    value: dict[str, Any] = {"secret of it": VALUE}
    value["again"] = value
    return value


def deep() -> object:
    value: object = VALUE
    for _ in range(5000):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [{(VALUE, 1): 2}, {VALUE.encode(): 2}, circular(), float("nan"), deep(), "\udcff"],
    ids=["tuple as key", "bytes as key", "circular", "no number", "5000 deep", "half a character"],
)
def test_a_value_that_json_does_not_know_keeps_its_line_and_the_other_fields(value: object) -> None:
    stream = sink(io.StringIO())
    get_logger().info("event", value=value, rows=3)
    line = json.loads(stream.getvalue(), parse_constant=pytest.fail)
    assert (line["event"], line["rows"]) == ("event", 3)
    assert VALUE not in stream.getvalue()


@pytest.mark.parametrize("fmt", ["json", "console"])
def test_arguments_that_do_not_fit_are_shown_redacted(
    fmt: Literal["json", "console"], capsys: pytest.CaptureFixture[str]
) -> None:
    stream = sink(io.StringIO(), fmt)
    logging.getLogger().handlers[1:] = []  # pytest's own would try to show it, too
    logging.getLogger("urllib3").warning("%d rows", VALUE)
    assert "%d rows" in stream.getvalue()
    assert VALUE not in stream.getvalue() + "".join(capsys.readouterr())


def test_extra_fields_of_the_standard_library_are_fields_and_redacted() -> None:
    stream = sink(io.StringIO())
    logging.getLogger("other").warning("said", extra={"rows": 3, "by": VALUE})
    line = json.loads(stream.getvalue())
    assert (line["rows"], line["by"]) == (3, "***")


def test_a_stream_that_fails_shows_no_arguments_and_says_that_a_line_was_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = sink(Broken())
    logging.getLogger("other").warning("said %s", VALUE)
    assert "was lost" in json.loads(stream.getvalue())["event"]
    assert VALUE not in stream.getvalue() + "".join(capsys.readouterr())
