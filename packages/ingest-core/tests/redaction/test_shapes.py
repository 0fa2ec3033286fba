"""What looks like a secret is masked though nobody named it; what does not, is left as it is."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor

BODY = "MIIEvQIBADANBgkqhkiG9w0B"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from("ab\\\"'/ =:,{}\n"), max_size=8),
    lambda inner: st.dictionaries(st.sampled_from(["token", "password", "a", "b'"]), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ('{"password": "hunter2", "user": "ann"}', "hunter2"),
        ('{"client_secret":"hunter2"}', "hunter2"),
        ("{'api_key': 'hunter2'}", "hunter2"),
        ("{'api_key': b'hunter2'}", "hunter2"),
        ('"{\\"token\\": \\"hunter2\\"}"', "hunter2"),
        ('{"password": "a\\"hunter2"}', "hunter2"),
        ("https://x.test/a?token=hunter2&b=1", "hunter2"),
        ("postgres://ann:hunter2@db/x", "hunter2"),
        ("postgres://ann:p@hunter2@db/x", "hunter2"),
        ("Authorization: Bearer hunter2hunter2", "hunter2"),
        ("authorization: basic onlyletters", "onlyletters"),
        ("sent Bearer abcdefgh12345678", "abcdefgh"),
        ("key sk_live_4eC39HqLyjWDarjt", "4eC39HqLyjWDarjt"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN"),
        (f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----", BODY),
        (f"-----BEGIN PRIVATE KEY-----\\n{BODY}\\n", BODY),
        (f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,0\n\n{BODY}", BODY),
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_named_it(line: str, hidden: str) -> None:
    masked = Redactor().text(line)
    assert hidden not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "line",
    [
        "mend: write ${secret:s3.access_key} and put 'access_key' into secrets/acme/s3.yaml",
        "Basic authentication failed; the basic operations need bearer certificates",
        "max_tokens=4096 use_token=false partition_key=day",
        "https://x.test:80/a@b",
        '{"primary_key": "order_id", "token": null, "secret": 3}',
        "a key begins with -----BEGIN PRIVATE KEY-----, this one does not",
    ],
)
def test_ordinary_text_is_left_as_it_is(line: str) -> None:
    assert Redactor().text(line) == line


@pytest.mark.parametrize(
    "line",
    [
        '{"password": "a\\"b", "n": 1}',
        '{"password": "ends with a backslash \\\\", "n": "x"}',
        '{"token": null, "keys": ["a"], "authorization": 3}',
        '{"event": "secret s3.access_key is nowhere", "mend": "set ${secret:s3.access_key}"}',
        '{"event": "the token\': \'is", "n": "it\'s"}',
    ],
)
def test_a_line_of_json_stays_json(line: str) -> None:
    assert json.loads(Redactor().text(line)).keys() == json.loads(line).keys()


@given(JSON, st.integers(0, 2))
def test_any_json_stays_json_also_within_json(value: object, depth: int) -> None:
    line = json.dumps({"event": value, "n": "x"})
    for _ in range(depth):
        line = json.dumps({"event": line, "n": "x"})
    assert json.loads(Redactor().text(line))["n"] == "x"


@pytest.mark.parametrize(
    "line",
    [
        "a." * 20_000 + "://@",
        "a-" * 20_000 + "token",
        "a" * 40_000 + " token=",
        "token'" * 8_000,
        "://a:" * 8_000 + "@",
        "-----BEGIN PRIVATE KEY-----" * 2_000,
        "eyJ" * 10_000,
        "bearer " * 6_000,
        "token" * 8_000,
        "\\" * 40_000 + "token",
    ],
    ids=lambda line: line[:8],
)
def test_no_line_takes_long_to_look_at(line: str) -> None:
    began = time.process_time()
    Redactor().text(line)
    assert time.process_time() - began < 2
