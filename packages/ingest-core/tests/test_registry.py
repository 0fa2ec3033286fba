"""Adapters are found by name, and a name that is not found tells the nearest."""

import pytest
from ingest_core import JobError
from ingest_core.registry import explained_if_missing, load_plugin, load_plugins


def test_our_own_adapters_come_through_the_same_door_as_anyones() -> None:
    assert load_plugin("ingest.engines", "native").__name__ == "NativeEngine"
    assert [store.__name__ for store in load_plugins("ingest.secrets")] == ["FolderStore", "EnvironmentStore"]


def test_an_unknown_name_tells_the_nearest() -> None:
    with pytest.raises(JobError) as raised:
        load_plugin("ingest.engines", "nativ")
    assert raised.value.faults[0].mend == "did you mean 'native'?"


def test_a_package_that_no_extra_brings_is_named() -> None:
    with pytest.raises(JobError, match="'x' needs 'nowhere'") as raised, explained_if_missing("'x'"):
        raise ModuleNotFoundError(name="nowhere.deep")
    assert raised.value.faults[0].mend == "install the package that provides 'nowhere'"
