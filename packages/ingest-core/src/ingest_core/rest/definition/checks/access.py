"""Where the API is, and who asks: addresses, and secrets that nobody may write into a definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ingest_core.errors import Fault, Key
from ingest_core.redaction.shapes import mask_shapes
from ingest_core.redaction.telling import is_maskable, is_telling
from ingest_core.rest.definition.auth import CREDENTIALS, OAuth2Auth
from ingest_core.rest.definition.connector import Definition
from ingest_core.rest.templates import REFERENCE, references

_WRITTEN_OUT = "looks like a secret that is written out"
_NAME = "name an option: ${option:api_key}, and declare it with `secret: true`"


def access_faults(definition: Definition) -> Iterator[Fault]:
    """Find addresses that are none, and secrets that are written out.

    Args:
        definition: The definition.
    """
    yield from _address_faults(definition.base_url, ("base_url",), definition, is_whole=True)
    auth = definition.auth
    if isinstance(auth, OAuth2Auth):
        yield from _address_faults(auth.token_url, ("auth", "token_url"), definition, is_whole=False)
        if auth.grant == "refresh_token" and auth.refresh_token is None:
            yield Fault("the grant `refresh_token` needs a `refresh_token`", "name an option", ("auth", "grant"))
    for name, value in (auth.model_dump() if auth else {}).items():
        is_credential = name in CREDENTIALS and isinstance(value, str) and not references(value)
        if is_credential and is_maskable(value):
            yield Fault(_WRITTEN_OUT, _NAME, ("auth", name))
        else:
            yield from _shape_faults(value, ("auth", name))
    yield from _written_faults(definition)


def _written_faults(definition: Definition) -> Iterator[Fault]:
    yield from _header_faults(definition.headers, ("headers",))
    yield from _shape_faults({"base_url": definition.base_url, "params": definition.params}, ())
    for name, stream in definition.streams.items():
        requests: Mapping[Key, Any] = {
            (): stream,
            **{("incremental", each): spec for each, spec in stream.incremental.items()},
        }
        for inner, spec in requests.items():
            key: Key = ("streams", name, *inner)
            yield from _header_faults(spec.headers, (*key, "headers"))
            yield from _shape_faults({"path": spec.path, "params": dict(spec.params), "body": spec.body}, key)
        yield from _shape_faults(stream.also, ("streams", name, "also"))


def _header_faults(headers: Mapping[str, str], key: Key) -> Iterator[Fault]:
    for name, value in headers.items():
        is_credential = is_telling(name) and not references(value) and is_maskable(value)
        # Some shapes are known by the header's name alone.
        if is_credential or _is_shaped(value) or _is_shaped(f"{name}: {value}"):
            yield Fault(_WRITTEN_OUT, _NAME, (*key, name))


def _shape_faults(value: Any, key: Key) -> Iterator[Fault]:  # noqa: ANN401  # whatever a definition holds
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _shape_faults(inner, (*key, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _shape_faults(inner, (*key, place))
    elif isinstance(value, str) and _is_shaped(value):
        yield Fault(_WRITTEN_OUT, _NAME, key)


def _is_shaped(text: str) -> bool:
    bare = REFERENCE.sub("", text)
    return mask_shapes(bare) != bare


def _address_faults(text: str, key: Key, definition: Definition, *, is_whole: bool) -> Iterator[Fault]:
    """Refuse what is no address of http(s) with the options' defaults; a job may say others."""
    address = REFERENCE.sub(lambda match: _standing_in(match[1], definition), text)
    if not address.isprintable() or address.startswith(_UNKNOWN):
        return
    parts = urlsplit(address)
    if not is_whole and not parts.scheme and not parts.netloc:
        return
    if parts.scheme not in ("http", "https") or not parts.netloc:
        otherwise = "" if is_whole else ", or a path below base_url"
        yield Fault("is no address of an API", f"write https:// and the host's name{otherwise}", key)


_UNKNOWN = "unknown"


def _standing_in(name: str, definition: Definition) -> str:
    """Give what a reference is where a job says nothing; a word where that is not known yet."""
    spec = definition.options.get(name.removeprefix("option:"))
    default = spec.default if spec else None
    return _UNKNOWN if default is None or references(default) else str(default)
