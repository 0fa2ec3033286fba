"""A variable belongs to one secret of one tenant, and a missing one is told with its name."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.secret_stores.environment import EnvironmentStore, variable

NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
STORE = EnvironmentStore(Path())


@pytest.mark.parametrize(
    ("tenant", "name", "named"),
    [
        ("acme", "stripe.api_key", "INGEST_SECRET__ACME__STRIPE__API_KEY"),
        ("acme", "password", "INGEST_SECRET__ACME__PASSWORD"),
        ("a_b", "k", "INGEST_SECRET__A_B__K"),
        ("a-b", "k", "INGEST_SECRET__Ax2dB__K"),
        ("a.b", "k", "INGEST_SECRET__Ax2eB__K"),
        ("Acme", "k", "INGEST_SECRET__x41CME__K"),
        ("a__b", "_k", "INGEST_SECRET__A_x5fB__x5fK"),
    ],
)
def test_a_secret_stands_in_a_variable_named_after_tenant_group_and_key(
    monkeypatch: pytest.MonkeyPatch, tenant: str, name: str, named: str
) -> None:
    assert STORE.find(tenant, name) is None
    monkeypatch.setenv(named, "sesame-street")
    assert STORE.find(tenant, name) == "sesame-street"


@given(st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES))
def test_two_secrets_never_share_a_variable_and_a_shell_can_set_each(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert (variable(*one) == variable(*other)) == (one == other)
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable(*one))


def test_names_that_look_alike_do_not_share_a_variable() -> None:
    alike = ["a-b", "a_b", "a.b", "A_b", "a__b", "ax2db", "a", "a_"]
    assert len({variable(tenant, "k") for tenant in alike}) == len(alike)


def test_a_missing_secret_is_told_with_its_variable_and_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_SECRET__BOX1__STRIPE__API_KEY", "sesame-street")
    monkeypatch.setenv("INGEST_SECRET__OTHER__STRIPE__APIKEY", "of-another-tenant")
    told = STORE.mend("box1", "stripe.apikey")
    assert "set the environment variable INGEST_SECRET__BOX1__STRIPE__APIKEY" in told
    assert "write ${secret:stripe.api_key}, which is in the environment" in told
    assert "sesame" not in told
