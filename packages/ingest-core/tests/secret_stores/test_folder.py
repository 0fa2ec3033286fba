"""Secrets lie in their tenant's own folder, in four formats; what is wrong there is told without a value."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import pytest
from ingest_core import JobError
from ingest_core.secret_stores.folder import FolderStore

VALUE = "sesame-street"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n"


class Secrets:
    """A home with secrets, and the store over it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = FolderStore(home)

    def write(self, name: str, text: str | bytes, mode: int = 0o600) -> Path:
        """Write a file below ``secrets/``."""
        file = self.home / "secrets" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
        return file

    def link(self, name: str, target: Path) -> None:
        """Make a link below ``secrets/``."""
        link = self.home / "secrets" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("stripe.yaml", "api_key: sesame-street\n"),
        ("stripe.json", '{\n\t"api_key": "sesame-street"\n}'),
        ("stripe.env", "# a comment\n\nexport api_key='sesame-street'\nother=1\n"),
        ("stripe.api_key", "sesame-street\n"),
        ("stripe.api_key", "sesame-street\r\n"),
        ("stripe.api_key", "\ufeffsesame-street"),
    ],
)
def test_a_secret_lies_in_its_tenants_folder_in_any_of_four_ways(secrets: Secrets, file: str, content: str) -> None:
    secrets.write(f"acme/{file}", content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert secrets.store.find("acme", "stripe.api_key") == VALUE
    assert secrets.store.find("acme", "stripe.other_key") is None
    assert secrets.store.find("beta", "stripe.api_key") is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("007", "007"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1.10", "1.10"),
        ("1e5", "1e5"),
        ("yes", "yes"),
        ("TRUE", "TRUE"),
        ("2024-01-01", "2024-01-01"),
        ("'p: #q'", "p: #q"),
        ('"a\\nb"', "a\nb"),
        (PEM.replace("-----BEGIN", "|\n-----BEGIN").replace("\n", "\n  ").rstrip(), PEM),
    ],
)
def test_a_value_of_yaml_is_what_stands_there(secrets: Secrets, written: str, value: str) -> None:
    secrets.write("acme/x.yaml", f"key: {written}\n")
    assert secrets.store.find("acme", "x.key") == value


@pytest.mark.parametrize(
    ("written", "value"), [("1.10", "1.10"), ("12e3", "12e3"), ("true", "true"), (json.dumps(PEM), PEM)]
)
def test_a_value_of_json_is_what_stands_there(secrets: Secrets, written: str, value: str) -> None:
    secrets.write("acme/x.json", f'{{"key": {written}}}')
    assert secrets.store.find("acme", "x.key") == value


def test_a_file_of_its_own_keeps_its_lines(secrets: Secrets) -> None:
    secrets.write("acme/x.key", PEM)
    assert secrets.store.find("acme", "x.key") == PEM.removesuffix("\n")


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("x.yaml", "key: *hunter2\n", "x.yaml:1:6: is not plain YAML here"),
        ("x.yaml", "key: !hunter2 a\n", "x.yaml:1:6: is not plain YAML here"),
        ("x.yaml", "a: 1\nkey: @hunter2\n", "x.yaml:2:6: is not plain YAML here"),
        ("x.yaml", "key: a\nkey: hunter2\n", "x.yaml:2:1: is not plain YAML here"),
        ("x.yaml", "key: [hunter2]\n", "x.yaml: key: must be one value"),
        ("x.yaml", "key:\nother: hunter2\n", "x.yaml: key: must be one value"),
        ("x.yaml", "hunter2\n", "x.yaml: must hold names with values"),
        ("x.json", '{\n"key": hunter2}', "x.json:2: is not JSON"),
        ("x.json", '{"key": "a", "key": "hunter2"}', "x.json: is not JSON, or a name stands in it twice"),
        ("x.json", '{"key": {"a": "hunter2"}}', "x.json: key: must be one value"),
        ("x.env", "a=1\nhunter2\n", "x.env:2: is no NAME=value line"),
        ("x.env", "key=a\nkey=hunter2\n", "x.env:2: a name stands twice"),
        ("x.key", b"hunter2\xff", "x.key: cannot be read: it is not UTF-8"),
        ("x.json", b"hunter2\xff", "x.json: cannot be read: it is not UTF-8"),
    ],
)
def test_a_faulty_file_is_told_by_its_place_and_without_its_values(
    secrets: Secrets, file: str, content: str | bytes, told: str
) -> None:
    secrets.write(f"acme/{file}", content)
    with pytest.raises(JobError) as raised:
        secrets.store.find("acme", "x.key")
    shown = f"{raised.value} {raised.value!r} {raised.value.__cause__}"
    assert told in shown
    assert "hunter2" not in shown


def test_a_secret_that_stands_in_two_files_is_refused(secrets: Secrets) -> None:
    first, second = secrets.write("acme/x.key", "hunter2"), secrets.write("acme/x.json", '{"key": "hunter3"}')
    with pytest.raises(JobError) as raised:
        secrets.store.find("acme", "x.key")
    assert f"the secret 'x.key' stands in {first} and in {second}\n  mend: keep one of them" in str(raised.value)
    assert "hunter" not in str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        *("x.yaml", "x.json", "x.env", "x.yml", "x.YAML", "x.Json", "x.yaml.bak", "x.ENV.old", "x.env.local"),
        *("x.yaml~", "x.yaml-2024", "x.yaml_old", ".x.yaml.swp", "#x.yaml#", ".#x.yaml", "x.json.orig.1"),
        *(".x.key.swp", "x.key~", "#x.key#", "#x#", "x~"),
    ],
)
def test_a_file_of_several_secrets_or_what_an_editor_left_is_none_itself(secrets: Secrets, name: str) -> None:
    secrets.write(f"acme/{name}", "key=hunter2" if name == "x.env" else '{"key": "hunter2"}')
    with pytest.raises(JobError) as raised:
        secrets.store.find("acme", name)
    assert f"{name}: is a file of several secrets, or what an editor left" in str(raised.value)
    assert "mend: name one of the secrets in it, as in ${secret:stripe.api_key}, or give it" in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert f"write it to the file secrets/acme/{name}" not in secrets.store.mend("acme", name)
    assert f"${{secret:{name}}}" not in secrets.store.mend("acme", f"{name}2")


@pytest.mark.parametrize(
    "name", ["x.environment", "x.yamlet", "env", "json.key", "x.key.bak", "gcp.json_key", "prod.env_password"]
)
def test_a_name_that_only_resembles_a_file_of_several_is_a_secret(secrets: Secrets, name: str) -> None:
    secrets.write(f"acme/{name}", VALUE)
    assert secrets.store.find("acme", name) == VALUE


def test_a_key_named_like_an_ending_is_found_in_its_group(secrets: Secrets) -> None:
    secrets.write("acme/x.json", '{"yaml": "sesame-street", "env.key": "another"}')
    secrets.write("acme/x.yaml", "key: hunter2\n")
    assert secrets.store.find("acme", "x.yaml") == VALUE
    assert secrets.store.find("acme", "x.env.key") == "another"
    assert secrets.store.find("acme", "x.json.key") is None


def test_a_file_that_everybody_can_read_gives_a_warning_with_the_mend(secrets: Secrets) -> None:
    file = secrets.write("acme/x.key", "hunter2", 0o644)
    with pytest.warns(UserWarning, match=f"every user of this machine can read .*: chmod o-r {file}") as caught:
        assert secrets.store.find("acme", "x.key") == "hunter2"
    assert "hunter2" not in str(caught[0].message)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_file_that_this_user_may_not_read_is_told(secrets: Secrets) -> None:
    secrets.write("acme/x.key", "hunter2")
    os.seteuid(65534)
    try:
        with pytest.raises(
            JobError, match=r"cannot be read: Permission denied[^$]*mend: let the user that runs ingest"
        ):
            secrets.store.find("acme", "x.key")
    finally:
        os.seteuid(0)


def test_what_is_no_file_is_told(secrets: Secrets) -> None:
    secrets.write("acme/x.key/inner", "hunter2")
    with pytest.raises(JobError, match="is no file"):
        secrets.store.find("acme", "x.key")


@pytest.mark.parametrize("name", ["x.key", "x.yaml", "x.json", "x.env"])
@pytest.mark.parametrize("target", ["secrets/beta/taken", "elsewhere/taken"])
def test_a_link_that_leaves_the_tenants_folder_is_refused(secrets: Secrets, name: str, target: str) -> None:
    secrets.write(f"../{target}", "key: hunter2\n")
    secrets.link(f"acme/{name}", secrets.home / target)
    with pytest.raises(JobError, match="is a link that leaves") as raised:
        secrets.store.find("acme", "x.key")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("target", ["secrets/beta", "secrets", "."])
def test_a_tenants_folder_that_is_a_link_to_anothers_is_refused(secrets: Secrets, target: str) -> None:
    secrets.write("beta/x.key", "hunter2")
    secrets.write("x.key", "hunter2")
    secrets.write("../x.key", "hunter2")
    secrets.link("acme", secrets.home / target)
    with pytest.raises(JobError, match="is a link that leaves"):
        secrets.store.find("acme", "x.key")


def test_a_folder_that_is_mounted_through_links_is_read(secrets: Secrets, tmp_path: Path) -> None:
    """As Kubernetes does: each file links through ``..data``, and the folder may lie elsewhere."""
    mounted = tmp_path / "mounted"
    (mounted / "..1").mkdir(parents=True)
    (mounted / "..1/x.key").write_text(VALUE)
    (mounted / "..1/x.key").chmod(0o600)
    (mounted / "..data").symlink_to("..1")
    (mounted / "x.key").symlink_to("..data/x.key")
    secrets.link("acme", mounted)
    assert secrets.store.find("acme", "x.key") == VALUE


def test_a_link_to_itself_is_told(secrets: Secrets) -> None:
    secrets.link("acme/x.key", secrets.home / "secrets/acme/x.key")
    with pytest.raises(JobError, match="cannot be read"):
        secrets.store.find("acme", "x.key")


def test_a_missing_secret_is_told_with_the_nearest_name_and_no_value(secrets: Secrets) -> None:
    secrets.write("acme/stripe.yaml", "api_key: hunter2\n")
    secrets.write("acme/broken.yaml", "[hunter2")
    secrets.write("beta/stripe.yaml", "apikey: hunter2\n")
    told = secrets.store.mend("acme", "stripe.apikey")
    assert told.startswith("write ${secret:stripe.api_key}, which is in secrets/acme/, or put 'apikey' into")
    assert "hunter2" not in told
    assert secrets.store.mend("gamma", "password") == "write it to the file secrets/gamma/password"


def test_a_folder_without_anything_is_told_as_what_docker_makes_of_a_mistyped_mount(secrets: Secrets) -> None:
    (secrets.home / "secrets").mkdir()
    told = secrets.store.mend("acme", "password")
    assert told.startswith("write it to the file secrets/acme/password (secrets/ is empty: if it is a mount, ")
    secrets.write("acme/x.key", "hunter2")
    assert secrets.store.mend("acme", "password") == "write it to the file secrets/acme/password"
