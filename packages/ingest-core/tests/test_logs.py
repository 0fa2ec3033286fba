"""One JSON object a line, from whoever speaks, and no secret in any of them."""

import dataclasses
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from ingest_core.logs import configure_logging, get_logger
from ingest_core.redaction import Redactor, Secret

VALUE = "sesame-street/42"


@dataclasses.dataclass
class Holder:
    inner: Any


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError(VALUE)


@pytest.fixture
def sink() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    redactor = Redactor()
    redactor.add(Secret(VALUE, "test.secret"))
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging("info", "json", redactor, stream)
    yield stream
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)


def lines(sink: io.StringIO) -> list[dict[str, Any]]:
    assert VALUE not in sink.getvalue()
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def test_a_line_has_its_time_level_event_and_fields(sink: io.StringIO) -> None:
    get_logger().bind(tenant="acme").info("job_started", rows=3)
    (line,) = lines(sink)
    assert (line["level"], line["event"], line["tenant"], line["rows"]) == ("info", "job_started", "acme", 3)
    assert line["timestamp"].endswith("Z")


def test_other_libraries_and_warnings_speak_through_the_same_door(sink: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("retrying %s", "it")
    logging.getLogger("urllib3").info("not worth a line")
    warnings.warn("careful", UserWarning, stacklevel=1)
    assert [line["level"] for line in lines(sink)] == ["warning", "warning"]
    assert lines(sink)[0]["event"] == "retrying it"


def deep(value: object) -> object:
    for _ in range(12):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    "value",
    [VALUE, deep(VALUE), [VALUE], (VALUE,), {VALUE}, Holder(VALUE), {VALUE: 1}, VALUE.encode()],
    ids=["text", "12 deep", "list", "tuple", "set", "dataclass", "key", "bytes"],
)
def test_a_secret_is_masked_wherever_it_is_in_a_line(sink: io.StringIO, value: object) -> None:
    get_logger().info("event", value=value)
    logging.getLogger("other").warning("said %s", value)
    assert len(lines(sink)) == 2


def test_a_value_that_cannot_be_shown_loses_no_line(sink: io.StringIO) -> None:
    logging.getLogger().handlers[1:] = []  # pytest's own would try to show it, too
    get_logger().info("event", value=Unshowable())
    (line,) = lines(sink)
    assert line["value"] == "<Unshowable that cannot be shown: RuntimeError>"


def test_a_secret_is_masked_in_every_part_of_a_traceback(sink: io.StringIO) -> None:
    def fail() -> None:
        local = VALUE
        try:
            raise ValueError(local)
        except ValueError as error:
            error.add_note(f"note {VALUE}")
            raise ExceptionGroup(VALUE, [KeyError(VALUE), error]) from error

    try:
        fail()
    except ExceptionGroup:
        get_logger().exception("failed")
    (line,) = lines(sink)
    assert "ExceptionGroup" in line["exception"]
    assert "local" not in line


def test_configuring_twice_writes_each_line_once(sink: io.StringIO) -> None:
    configure_logging("info", "json", None, sink)
    get_logger().info("once")
    assert len(lines(sink)) == 1


def test_the_level_is_kept(sink: io.StringIO) -> None:
    get_logger().debug("quiet")
    assert lines(sink) == []


def test_the_format_for_a_person_is_one_line_too(sink: io.StringIO) -> None:
    configure_logging("info", "console", None, sink)
    get_logger().info("job_started", rows=3)
    assert "job_started" in sink.getvalue()
    assert "rows" in sink.getvalue()
