"""What does not hang together in a definition is told, all of it at once, with key, line and mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from ingest_core import JobError
from ingest_core.rest.definition import read_definition

if TYPE_CHECKING:
    from conftest import Home

WHOLE: dict[str, Any] = {
    "version": 1,
    "options": {
        "api_key": {"secret": True, "default": "${secret:clouds.api_key}"},
        "base_url": {"default": "https://clouds.example"},
        "region": {"enum": ["north", "south"], "default": "north"},
        "fields": {"type": "list"},
    },
    "base_url": "${option:base_url}/v1",
    "auth": {"type": "bearer", "token": "${option:api_key}"},
    "headers": {"X-Region": "${option:region}"},
    "paging": {"type": "cursor", "token": "next", "param": "token"},
    "errors": [{"status": 400, "body": {"code": "^gone$"}, "means": "empty"}],
    "check": {"path": "/me", "params": {"region": "${option:region}"}},
    "streams": {
        "skies": {
            "path": "/skies",
            "params": {"since": "${window:from}", "until": "${window:until}", "fields": "${list:fields}"},
            "cursor": {"field": "at", "unit": "s", "order": "ascending", "start": "2010-01-01", "seek": True},
            "key": ["id"],
            "types": {"id": "string", "name": "string", "tags": "list<string>"},
            "epochs": {"at": "s"},
            "columns": {"seen": {"value": "${load:began}"}, "gone": {"path": "kind", "matches": "gone$"}},
            "deleted": "gone",
            "lists": {"fields": {"path": "/fields", "name": "name", "into": "own", "option": "fields"}},
            "also": {"archived": {"params": {"archived": True}}},
            "incremental": {"changes": {"path": "/changes", "cursor": {"field": "at"}, "needs": "merge"}, "at": {}},
        },
        "clouds": {
            "path": "/skies/${parent:id}/clouds",
            "parent": {"stream": "skies"},
            "key": ["id"],
            "blank_is_null": ["name"],
        },
    },
}
"""A definition in order. Each test changes one thing."""

SKIES, CLOUDS = "streams.skies", "streams.clouds"


def changed(path: str, value: object) -> dict[str, Any]:
    """Give the definition with another value at a place; a value of ``None`` takes out what stands there."""
    whole: dict[str, Any] = yaml.safe_load(yaml.safe_dump(WHOLE, sort_keys=False))
    *above, last = path.split("/")
    here = whole
    for part in above:
        here = here.setdefault(part, {})
    if value is None:
        del here[last]
    else:
        here[last] = value
    return whole


def faults(home: Home, definition: dict[str, Any]) -> list[str]:
    path = home.write("connectors/clouds.yaml", yaml.safe_dump(definition, sort_keys=False))
    try:
        read_definition(path)
    except JobError as error:
        return [str(fault).removeprefix(f"{path}:").split(": ", 1)[1] for fault in error.faults]
    return []


def test_a_definition_in_order_has_no_faults(home: Home) -> None:
    assert faults(home, WHOLE) == []


SKY = "streams/skies"
WRONG: list[tuple[str, object, str]] = [
    # References.
    (
        "headers/X-Region",
        "${option:regoin}",
        "headers.X-Region: ${option:regoin} names nothing here\n  mend: did you mean",
    ),
    ("headers/X-Region", "${window:from}", "headers.X-Region: ${window:from} names nothing here\n  mend: a stretch of"),
    ("headers/X-Region", "${secret:a.b}", "headers.X-Region: ${secret:a.b} names nothing here\n  mend: name an option"),
    (
        "check/params/region",
        "${option:zone}",
        "check.params.region: ${option:zone} names nothing here",
    ),
    (f"{SKY}/params/since", "${window:form}", f"{SKIES}.params.since: ${{window:form}} names nothing here"),
    (f"{SKY}/params/x", ["a", "${option:regio}"], f"{SKIES}.params.x[1]: ${{option:regio}} names nothing here"),
    (f"{SKY}/params/fields", "${list:feilds}", "mend: did you mean ${list:fields}?"),
    (f"{SKY}/body", {"a": [{"b": "${load:began}"}]}, f"{SKIES}.body.a[0].b: ${{load:began}} names nothing here"),
    (f"{SKY}/columns/seen/value", "${window:from}", f"{SKIES}.columns.seen.value: ${{window:from}} names nothing"),
    (f"{SKY}/columns/seen/value", "${load:begun}", "mend: did you mean ${load:began}?"),
    (f"{SKY}/also/archived/params/x", "${parent:id}", f"{SKIES}.also.archived.params.x: ${{parent:id}} names nothing"),
    (f"{SKY}/incremental/changes/params", {"x": "${option:y}"}, f"{SKIES}.incremental.changes.params.x: ${{option:y}}"),
    (f"{SKY}/lists/fields/path", "/${window:from}", f"{SKIES}.lists.fields.path: ${{window:from}} names nothing here"),
    ("streams/clouds/path", "/skies/${parent:idd}", f"{CLOUDS}.path: ${{parent:idd}} names nothing here"),
    # Parents.
    (
        "streams/clouds/parent/stream",
        "skys",
        f"{CLOUDS}.parent.stream: there is no stream 'skys'\n  mend: did you mean",
    ),
    ("streams/clouds/parent/stream", "clouds", f"{CLOUDS}.parent.stream: the parents of 'clouds' come back to itself"),
    ("streams/clouds/path", "/clouds", f"{CLOUDS}.path: it is asked for each parent, and names none"),
    ("streams/clouds/parent/fields", ["id", "slug"], f"{CLOUDS}.parent.fields[1]: nothing names ${{parent:slug}}"),
    # Cursors.
    (f"{SKY}/cursor", None, f"{SKIES}.params.since: names a stretch of a cursor, and there is none"),
    (f"{SKY}/cursor", None, f"{SKIES}.incremental.at: it goes on by a cursor, and has none"),
    (f"{SKY}/cursor/order", "none", f"{SKIES}.cursor.seek: the last record of a page tells where to go on only in an"),
    (
        f"{SKY}/params",
        {"until": "${window:until}"},
        f"{SKIES}.cursor.seek: the request cannot ask for what lies behind",
    ),
    (f"{SKY}/params", {"since": "${window:from}"}, f"{SKIES}.cursor.span: a load is divided where"),
    (f"{SKY}/cursor/start", "last year", f"{SKIES}.cursor.start: is neither a date nor a moment"),
    (f"{SKY}/cursor/start", 1262304000, f"{SKIES}.cursor.start: is neither a date nor a moment"),
    (f"{SKY}/cursor/start", 1.5, f"{SKIES}.cursor.start: must be text, or must be a whole number, or must be a date"),
    (f"{SKY}/cursor/unit", "number", f"{SKIES}.cursor.start: is no whole number, as the cursor is"),
    (f"{SKY}/cursor/filter", "number", f"{SKIES}.cursor.filter: a number is no moment"),
    (f"{SKY}/cursor/filter", "isoo", "'isoo' is neither a unit nor a pattern of strftime\n  mend: did you mean 'iso'?"),
    (f"{SKY}/cursor/filter", "%Y-%Q", f"{SKIES}.cursor.filter: '%Q' stands for nothing"),
    (f"{SKY}/cursor/filter", "%Y%", f"{SKIES}.cursor.filter: '%' stands for nothing"),
    (
        f"{SKY}/incremental/changes/cursor",
        {"field": "n", "unit": "number"},
        "begins at a moment, and its cursor is a num",
    ),
    # Paging.
    ("paging/param", None, "paging: the token goes nowhere\n  mend: say either `param` or `body`"),
    ("paging/body", "page.token", "paging: the token goes into two places"),
    ("paging/size", {"value": 10}, "paging.size: the size goes nowhere"),
    (
        "paging",
        {"type": "page", "param": "page"},
        "paging: nothing tells which page is the last\n  mend: say `size`, or",
    ),
    (
        "paging",
        {"type": "page", "param": "page", "more": "m", "total": "t"},
        "their size must be known\n  mend: say `siz",
    ),
    (f"{SKY}/paging", {"type": "offset", "param": "o"}, f"{SKIES}.paging: nothing tells which page is the last"),
    (f"{SKY}/also/archived/paging", {"type": "offset", "param": "o"}, f"{SKIES}.also.archived.paging: nothing tells"),
    (f"{SKY}/incremental/changes/paging", {"type": "cursor", "token": "t"}, f"{SKIES}.incremental.changes.paging: the"),
    (
        f"{SKY}/paging",
        {"type": "offset", "param": "o", "size": {"param": "n", "value": 1}},
        f"{SKIES}.paging.size.value: pages of one record cannot overlap",
    ),
    # Requests beside a stream's own.
    (
        f"{SKY}/also/archived",
        {"parms": {}},
        f"{SKIES}.also.archived.parms: unknown key 'parms'\n  mend: did you mean 'par",
    ),
    (f"{SKY}/also/archived", {"paging": {"type": "curser"}}, f"{SKIES}.also.archived.paging: `type` must be one of"),
    (f"{SKY}/also/main", {"params": {}}, f"{SKIES}.also.main: 'main' is the stream's own request"),
    # Columns.
    (f"{SKY}/types/at", "long", f"{SKIES}.types.at: is a moment, as `epochs` says, and lands as timestamptz"),
    (f"{SKY}/blank_is_null", ["name", "at"], f"{SKIES}.blank_is_null[1]: 'at' holds no texts"),
    (f"{SKY}/blank_is_null", ["tags"], f"{SKIES}.blank_is_null[0]: 'tags' holds no texts"),
    (f"{SKY}/key", ["id", "id"], f"{SKIES}.key[1]: 'id' stands in the key twice"),
    (f"{SKY}/key", ["tags"], f"{SKIES}.key[0]: 'tags' cannot be a key: it is list<string>"),
    (f"{SKY}/deleted", "id", f"{SKIES}.deleted: 'id' is a part of the key, which never changes"),
    (f"{SKY}/order_by", "tags", f"{SKIES}.order_by: rows have no order by 'tags': it is nested"),
    (f"{SKY}/columns/x", {"matches": "a"}, f"{SKIES}.columns.x: has no value\n  mend: say either `path` or `value`"),
    (f"{SKY}/columns/x", {"path": "a", "value": 1}, f"{SKIES}.columns.x: has two values"),
    (f"{SKY}/columns/x", {"value": 1, "matches": "a"}, f"{SKIES}.columns.x.matches: only what stands in a record"),
    (
        f"{SKY}/lists/fields/option",
        "field",
        "there is no option 'field' that is a list\n  mend: did you mean 'fields'?",
    ),
    (f"{SKY}/lists/more", {"path": "/m", "name": "n", "into": "own"}, f"{SKIES}.lists.more.into: 'fields' goes into"),
    # Regular expressions.
    (
        "errors",
        [{"status": 400, "body": {"code": "("}, "means": "empty"}],
        "errors[0].body.code: is no regular expression",
    ),
    (f"{SKY}/columns/gone/matches", "[", f"{SKIES}.columns.gone.matches: is no regular expression"),
    # Addresses.
    ("base_url", "clouds.example", "base_url: is no address of an API\n  mend: write https:// and the host's name"),
    ("options/base_url/default", "ftp://clouds.example", "base_url: is no address of an API"),
    (
        "auth",
        {"type": "oauth2", "grant": "refresh_token", "token_url": "ftp://x/y", "client_id": "a", "client_secret": "b"},
        "auth.token_url: is no address of an API\n  mend: write https:// and the host's name, or a path below base_url",
    ),
    (
        "auth",
        {"type": "oauth2", "grant": "refresh_token", "token_url": "/t", "client_id": "a", "client_secret": "b"},
        "auth.grant: the grant `refresh_token` needs a `refresh_token`",
    ),
    # Secrets.
    ("auth/token", "rain-4711-wind", "auth.token: looks like a secret that is written out\n  mend: name an option"),
    ("headers/X-Api-Key", "rain-4711-wind", "headers.X-Api-Key: looks like a secret that is written out"),
    ("headers/X", "Bearer abcdef0123456789", "headers.X: looks like a secret that is written out"),
    ("base_url", "https://me:hunter22@clouds.example", "base_url: looks like a secret that is written out"),
    (f"{SKY}/params/key", "sk_" + "live_abcdef012345", f"{SKIES}.params.key: looks like a secret that is written out"),
    ("options/api_key/default", "sk_" + "live_abcdef012345", "options.api_key.default: looks like a secret that is"),
    # Options.
    (
        "options/region/default",
        "west",
        "options.region.default: is none of the values in `enum`\n  mend: say one of north",
    ),
    ("options/region/type", "integer", "options.region.type: values are listed, so `type: integer` cannot be"),
    ("options/region/required", True, "options.region.default: what a job must say has no default"),
    ("options/fields/default", "a", "options.fields.default: is no list"),
    ("options/api_key/default", "${sercet:a.b}", "options.api_key.default: ${sercet:a.b} is no reference"),
]


@pytest.mark.parametrize(("place", "value", "told"), WRONG, ids=[f"{place}-{n}" for n, (place, *_) in enumerate(WRONG)])
def test_what_does_not_hang_together_is_told(home: Home, place: str, value: object, told: str) -> None:
    whole = changed(place, value)
    if "cursor.span" in told:
        whole["streams"]["skies"]["cursor"]["span"] = "1d"
    found = faults(home, whole)
    assert [fault for fault in found if told in fault], found
    assert all("\n  mend: " in fault for fault in found)


def test_all_of_it_is_told_at_once_by_line(home: Home) -> None:
    whole = changed("base_url", "clouds")
    whole["streams"]["clouds"]["parent"]["stream"] = "skys"
    whole["streams"]["skies"]["key"] = ["tags"]
    found = faults(home, whole)
    assert [fault.split(":")[0] for fault in found] == ["base_url", f"{SKIES}.key[0]", f"{CLOUDS}.parent.stream"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("options/base_url/default", None),  # the job says it
        ("auth", {"type": "basic", "username": "${option:api_key}", "password": "x"}),
        ("auth", {"type": "header", "name": "X-Api-Key", "value": "Token ${option:api_key}"}),
        ("headers/Authorization", "Bearer ${option:api_key}"),
        ("headers/X-Version", "2026-08-26.dahlia"),
        (f"{SKY}/cursor/filter", "%d/%m/%Y 100%%"),
        (f"{SKY}/cursor/filter", "ms_text"),
        (f"{SKY}/types/at", "timestamptz"),
    ],
)
def test_what_is_right_is_not_refused(home: Home, place: str, value: object) -> None:
    assert faults(home, changed(place, value)) == []


def test_a_secret_that_is_written_out_is_not_told_again(home: Home) -> None:
    assert "4711" not in "\n".join(faults(home, changed("auth/token", "rain-4711-wind")))


def test_parents_in_a_circle_are_told_of_each_of_them(home: Home) -> None:
    whole = changed("streams/skies/parent", {"stream": "clouds"})
    found = faults(home, whole)
    assert sum("come back to itself" in fault for fault in found) == 2
