"""Objects have the shape that Stripe's own mock gives them, key by key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest

from standins import Stripe, StripeSettings, stripe_mock
from standins.serving import messages
from standins.stripe_api.service import READ

FREE = {"metadata", "fraud_details"}
"""Maps whose keys are the owner's."""
NOT_TYPED = {"events"}
"""The object in an event is of any kind."""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Stripe's own mock."""
    if not stripe_mock.can_be_installed():
        pytest.skip("no Go here to build stripe-mock with")
    with stripe_mock.serve(tmp_path_factory.mktemp("go")) as url:
        yield url


def ask_mock(url: str, path: str) -> Any:
    asked = Request(url + path, headers={"Authorization": f"Bearer {stripe_mock.KEY}"})  # noqa: S310  # http, on this machine
    with urlopen(asked, timeout=30) as answer:  # noqa: S310  # http, on this machine
        return json.load(answer)


def ask_ours(path: str) -> Any:
    settings = StripeSettings(records=40, clock=lambda: StripeSettings().until)
    asked = messages.Request("GET", path, {"authorization": f"Bearer {settings.key}"})
    return json.loads(Stripe(settings).answer(asked).body)


def differences(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Tell where two values differ in keys or in types; nothing and an object are the same, and so is an empty list."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if path.rpartition(".")[2] in FREE or not ours or not theirs:
            return
        yield from (f"{path}.{key}: only ours" for key in ours.keys() - theirs.keys())
        yield from (f"{path}.{key}: only theirs" for key in theirs.keys() - ours.keys())
        for key in ours.keys() & theirs.keys():
            yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        for one in ours[:1]:
            for other in theirs[:1]:
                yield from differences(one, other, f"{path}[]")
    elif ours is not None and theirs is not None and type(ours) is not type(theirs):
        yield f"{path}: {type(ours).__name__}, theirs {type(theirs).__name__}"


@pytest.mark.parametrize("kind", READ)
def test_objects_have_the_keys_of_the_real_ones(mock: str, kind: str) -> None:
    ours, theirs = ask_ours(f"/v1/{kind}?limit=40"), ask_mock(mock, f"/v1/{kind}?limit=1")
    assert ours.keys() == theirs.keys()
    assert len(ours["data"]) > 3
    if kind in NOT_TYPED:
        for each in (*ours["data"], *theirs["data"]):
            del each["data"]
    for each in ours["data"]:
        assert list(differences(each, theirs["data"][0], kind)) == []


def test_the_balance_has_the_keys_of_the_real_one(mock: str) -> None:
    assert list(differences(ask_ours("/v1/balance"), ask_mock(mock, "/v1/balance"), "balance")) == []


def test_an_error_has_the_keys_of_the_real_one(mock: str) -> None:
    with pytest.raises(OSError, match="400") as refused:
        ask_mock(mock, "/v1/customers?limit=1&colour=red")
    theirs = json.load(refused.value)  # type: ignore[arg-type]  # an HTTPError is read like a file
    assert theirs["error"].keys() <= ask_ours("/v1/customers?colour=red")["error"].keys()


def test_the_same_seed_makes_the_same_objects() -> None:
    settings = StripeSettings(records=20)
    first, again = (
        [(kind, Stripe(settings).objects(kind)) for kind in READ],
        [(kind, Stripe(settings).objects(kind)) for kind in reversed(READ)][::-1],
    )
    assert first == again
    assert Stripe(StripeSettings(records=20, seed=2)).objects("customers") != dict(first)["customers"]
