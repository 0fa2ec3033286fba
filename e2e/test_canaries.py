"""A canary is found in every encoding, in whatever is compressed, and in every kind of file and name."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import secrets
import shlex
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from ingest_core.redaction.forms import forms
from pyiceberg.catalog.sql import SqlCatalog

from e2e.support import canaries
from e2e.support.canaries import Canaries, unpacking
from e2e.support.canaries.certificates import with_canary
from e2e.support.canaries.evidence import Evidence
from e2e.support.canaries.searching import folder, search

SHAPES = {
    "letters": "{0}",
    "a key of S3": "key/{0}+",
    "signs": "K\u00e9\"'`/+&<{0} %\\$",
    "two lines": "{0}\r\n\t{0} \n",
    "PEM": "-----BEGIN PRIVATE KEY-----\n{0}\n{0}=\n-----END PRIVATE KEY-----\n",
    "a service account": '{{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\n{0}\\n{0}\\n"}}',
    "an address": "postgresql://ann:{0}@host/db?sslmode=require",
}

ENCODINGS: dict[str, Callable[[str], str | bytes]] = {
    "userinfo of an address": lambda s: f"https://ann:{quote(s, safe='')}@host",
    "quote_plus": quote_plus,
    "json in json": lambda s: json.dumps(json.dumps({"a": s})),
    "repr of bytes": lambda s: repr([s.encode()]),
    "base64 for addresses, without padding": lambda s: base64.urlsafe_b64encode(s.encode()).rstrip(b"="),
    "Basic": lambda s: base64.b64encode(f"ann:{s}".encode()),
    "HEX": lambda s: s.encode().hex().upper(),
    "shell": shlex.quote,
    "line ends escaped": lambda s: s.replace("\n", "\\n"),
    "CRLF": lambda s: s.replace("\n", "\r\n"),
    "NFC": lambda s: unicodedata.normalize("NFC", s),
    "NFD": lambda s: unicodedata.normalize("NFD", s),
    "every byte escaped, for addresses": lambda s: "".join(f"%{byte:02X}" for byte in s.encode()),
    "every letter escaped, JSON": lambda s: "".join(f"\\u{ord(letter):04x}" for letter in s),
    "every byte escaped, C": lambda s: "".join(f"\\x{byte:02x}" for byte in s.encode()),
    "a list of bytes": lambda s: str(list(s.encode())),
    "UTF-16": lambda s: s.encode("utf-16-le"),
    "UTF-16, big end first": lambda s: s.encode("utf-16-be"),
    "capitals": str.upper,
    "small letters": str.lower,
    "its first third": lambda s: s[: s.rindex(s[-16:]) // 3 + 16],
}


@pytest.fixture
def planted() -> Canaries:
    """Canaries that the search after all tests does not know."""
    return Canaries(f"Tulip{secrets.token_hex(4)}")


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_form_that_the_product_masks_is_found_with_its_name(planted: Canaries, shape: str) -> None:
    value = planted.fresh("key", shape)
    all_forms = [form for form in forms(value) if form not in shape.format("")]
    assert len(all_forms) > 5
    names = [{name for name, _ in planted.find(b"<" + as_bytes(form) + b">")} for form in all_forms]
    assert [form for form, found in zip(all_forms, names, strict=True) if found != {"key"}] == []


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("shape", ["{0}", SHAPES["signs"], SHAPES["PEM"]], ids=["letters", "signs", "PEM"])
def test_every_encoding_is_found(planted: Canaries, encoding: Callable[[str], str | bytes], shape: str) -> None:
    assert planted.find(b"before " + as_bytes(encoding(planted.fresh("key", shape))) + b" behind")


@pytest.mark.parametrize("columns", [64, 76])
def test_base64_is_found_wherever_it_begins_and_wherever_its_lines_end(planted: Canaries, columns: int) -> None:
    value = planted.fresh("key", SHAPES["a key of S3"]).encode()
    for before in range(columns * 3 // 4 + 3):
        encoded = base64.b64encode(b"x" * before + value + b"yz")
        lines = [encoded[at : at + columns] for at in range(0, len(encoded), columns)]
        assert planted.find(b"\n".join(lines)), before


def test_each_is_called_by_its_own_name_and_others_are_not_found(planted: Canaries) -> None:
    one, other = planted.fresh("one"), planted.fresh("other")
    assert planted.find(f"{{{one}}}".encode()) == {("one", "plain")}
    assert planted.find(base64.b64encode(other.encode())) == {("other", "base64")}
    assert {name for name, _ in planted.find(f"{one} {other.encode().hex()}".encode())} == {"one", "other"}
    assert planted.find(b"neither") == set()


def test_what_is_left_of_another_session_is_found(planted: Canaries) -> None:
    assert Canaries(planted.fresh("key")[:13]).find(planted.fresh("key").encode()) == {
        ("one that is cut, or of another session", "plain")
    }


def test_a_secret_that_was_made_elsewhere_is_found_once_it_is_registered(planted: Canaries) -> None:
    made = f"sk_test_{secrets.token_hex(12)}+"
    assert planted.find(made.encode()) == set()
    assert planted.register(made, "key of Stripe") == made
    assert planted.find(base64.b64encode(made.encode())) == {("key of Stripe", "base64")}
    with pytest.raises(ValueError, match=r"'PIN' holds no 12 letters or digits on end: make it by canaries\.fresh"):
        planted.register("hunter2", "PIN")


def hidden(value: str) -> bytes:
    """Put pieces of a value before it: a compressor writes it by reference to them, and nowhere whole."""
    return "".join(f"{value[at : at + 8]}|{at}|" for at in range(0, len(value), 4)).encode() + value.encode()


def in_manifest(value: str, folder: Path) -> bytes:
    """Let a table's manifest name a file below a folder of that name."""
    warehouse = folder / value
    warehouse.mkdir()
    catalog = SqlCatalog("planted", uri="sqlite:///:memory:", warehouse=f"file://{warehouse}")
    catalog.create_namespace("a")
    table = catalog.create_table("a.b", pa.schema([("n", pa.int64())]))
    table.append(pa.table({"n": [1]}))
    (manifest,) = warehouse.rglob("*-m0.avro")
    return manifest.read_bytes()


def in_parquet(value: str, _: Path) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"key": [hidden(value)]}), file, compression="zstd", write_statistics=False)
    return file.getvalue()


def in_puffin(value: str, _: Path) -> bytes:
    packed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(packed, "lz4") as stream:
        stream.write(hidden(value))
    payload = bytes(packed.getvalue())
    return b"PFA1" + b"PFA1" + payload + len(payload).to_bytes(4, "little") + b"\1\0\0\0" + b"PFA1"


PACKED: dict[str, Callable[[str, Path], bytes]] = {
    "gzip": lambda s, _: gzip.compress(s.encode()),
    "gzip in other bytes": lambda s, _: b"\x1f\x8b\x08" + os.urandom(9) + gzip.compress(s.encode()) + b"behind",
    "gzip that was cut": lambda s, _: gzip.compress(os.urandom(200_000) + s.encode() + os.urandom(200_000))[:300_000],
    "zstd": lambda s, _: zstandard.compress(hidden(s)),
    "a second frame of zstd": lambda s, _: zstandard.compress(b"first") + zstandard.compress(hidden(s)),
    "gzip in zstd": lambda s, _: zstandard.compress(gzip.compress(s.encode())),
    "a manifest": in_manifest,
    "a page of Parquet": in_parquet,
    "the footer of Puffin": in_puffin,
}


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
def test_what_is_compressed_is_searched_too(
    planted: Canaries, pack: Callable[[str, Path], bytes], tmp_path: Path
) -> None:
    packed = pack(planted.fresh("key"), tmp_path)
    assert planted.find(packed) == set()
    assert {found.name for found in search([("file", packed)], planted)} == {"key"}


def test_a_puffin_file_whose_footer_is_not_compressed_can_be_searched(planted: Canaries) -> None:
    payload = planted.fresh("key").encode()
    data = b"PFA1" + b"PFA1" + payload + len(payload).to_bytes(4, "little") + b"\0\0\0\0" + b"PFA1"
    assert list(unpacking.layers(data)) == [data, payload]


def test_contents_and_names_of_files_folders_and_links_are_searched(planted: Canaries, tmp_path: Path) -> None:
    value = planted.fresh("key")
    (tmp_path / f"folder-{value}").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / f"name-{value}").touch()
    (tmp_path / "content").write_text(value)
    (tmp_path / "link").symlink_to(value)
    (tmp_path / "clean").write_text("nothing")
    assert {str(found) for found in search(folder(tmp_path), planted)} == {
        f"{place}: the key, plain" for place in ("content", "empty/name-***", "folder-***", "link")
    }


@pytest.mark.parametrize("encoding", [str, lambda s: s.encode().hex(), lambda s: base64.b64encode(s.encode()).decode()])
def test_what_is_told_of_a_name_that_is_a_canary_does_not_tell_it(
    planted: Canaries, encoding: Callable[[str], str]
) -> None:
    marked, strange = planted.fresh("key"), planted.register(secrets.token_hex(12), "token")
    places = [(f"s3/{encoding(value)}/a-b.json", b"") for value in (marked, strange)]
    assert {found.place for found in search(places, planted)} == {"s3/***/a-b.json"}


def test_folders_that_a_person_writes_are_left_out(planted: Canaries, tmp_path: Path) -> None:
    for name in ("secrets", "jobs", "state"):
        (tmp_path / name / "acme").mkdir(parents=True)
        (tmp_path / name / "acme" / "s3.yaml").write_text(planted.fresh("key"))
    assert [found.place for found in search(folder(tmp_path), planted)] == ["state/acme/s3.yaml"]


def test_certificates_that_are_lent_to_a_build_bear_a_canary(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.crt"
    bundle.write_text("-----BEGIN CERTIFICATE-----\n")
    lent = with_canary(bundle).read_bytes()
    assert lent.endswith(b"\n" + bundle.read_bytes())
    assert ("note in the certificates of a build", "plain") in canaries.ALL.find(lent)


def test_what_a_test_printed_is_kept_for_the_search(
    planted: Canaries, tmp_path: Path, report: pytest.TestReport
) -> None:
    report.sections.append(("Captured stdout call", planted.fresh("key")))
    kept = Evidence(tmp_path)
    kept.keep_output(report)
    (found,) = search(folder(tmp_path), planted)
    assert found.place.startswith("output/")


@pytest.fixture
def report() -> pytest.TestReport:
    return pytest.TestReport("e2e/test_x.py::test_y", ("e2e/test_x.py", 1, "test_y"), {}, "passed", None, "teardown")
