"""The settings of Airflow: what keeps promises is there, a person's own are laid over, breaches are refused."""

from __future__ import annotations

import configparser
import json
from pathlib import Path

import pytest
from airflow.configuration import conf
from airflow.sdk.api.client import Client
from httpx import URL
from ingest_airflow.instance import environment, launched, passwords_file, write_instance
from ingest_airflow.instance.known_options import older_names, options_by_section
from ingest_core import JobError
from ingest_core.plugin import Launch
from running_airflow import Running
from sqlalchemy import make_url

PASSWORD = "sw0rd%fish"  # noqa: S105  # no account has it
KEYS = ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY")


@pytest.fixture(autouse=True)
def _of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*KEYS, "INGEST_API_SERVER", "INGEST_HOME", "AIRFLOW__API__BASE_URL", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def here(tmp_path: Path) -> Running:
    return Running(tmp_path)


def written(here: Running, own: str | None = None, **launch: object) -> configparser.ConfigParser:
    """Write the settings, and read them."""
    if own is not None:
        here.write("configs/airflow.cfg", own)
    said = Launch(here.home / "configs" / "runner.yaml", here.home, **launch)  # type: ignore[arg-type]
    parser = configparser.ConfigParser()  # which fills in what stands behind a `%`, as Airflow's does
    parser.read(write_instance(said) / "airflow.cfg", encoding="utf-8")
    return parser


def refused(here: Running, own: str) -> str:
    with pytest.raises(JobError) as told:
        written(here, own)
    return str(told.value)


def test_as_many_runs_at_once_as_tenants_may_have_and_none_is_made_up_for(here: Running) -> None:
    said = written(here, concurrency_per_tenant=3)
    assert said["core"]["parallelism"] == "6"
    assert said["core"]["executor"] == "LocalExecutor"
    assert said["scheduler"]["catchup_by_default"] == "False"
    assert said["core"]["load_examples"] == "False"


def test_airflow_knows_every_option_that_is_written(here: Running) -> None:
    said, known = written(here), options_by_section()
    assert len(known) > 20
    assert {(name, option) for name in said.sections() for option in said[name] if option not in known[name]} == set()


def test_a_sign_in_a_path_that_airflow_would_fill_in_is_as_it_was(tmp_path: Path) -> None:
    here = Running(tmp_path / "50%(off)s")
    assert written(here)["core"]["dags_folder"] == str(here.home / "state" / "airflow" / "dags")


def test_a_persons_own_settings_are_laid_over_option_by_option(here: Running) -> None:
    own = "[core]\nexecutor = CeleryExecutor\n[celery]\nbroker_url = redis://:%%40pw@redis/0\n[logging]\nremote_logging=True\n"
    said = written(here, own)
    assert (said["core"]["executor"], said["core"]["load_examples"]) == ("CeleryExecutor", "False")
    assert said["celery"]["broker_url"] == "redis://:%40pw@redis/0"
    assert said["logging"]["json_logs"] == "True"


def test_what_airflow_does_not_know_is_told_with_what_was_meant(here: Running) -> None:
    told = refused(here, "# mine\n[core]\nexecuter = LocalExecutor\n\n[sheduler]\nnum_runs = 1\n")
    file = here.home / "configs" / "airflow.cfg"
    assert f"{file}:3: [core] executer: Airflow has no such option there\n  mend: did you mean `executor`?" in told
    assert f"{file}:5: [sheduler]: Airflow has no such section\n  mend: did you mean `[scheduler]`?" in told


def test_a_section_of_a_provider_is_the_providers_to_judge(here: Running) -> None:
    said = written(here, "[fab]\nenable_proxy_fix = True\n[kubernetes_executor]\nnamespace = ingest\n")
    assert (said["fab"]["enable_proxy_fix"], said["kubernetes_executor"]["namespace"]) == ("True", "ingest")


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("[core]\ndags_folder = /dags\n", "the DAGs are those of the runner file"),
        ("[core]\nfernet_key = {}\n", "set the variable AIRFLOW__CORE__FERNET_KEY"),
        ("[core]\nsimple_auth_manager_all_admins = True\n", "whoever reaches the page could do everything"),
        ("[core]\nsimple_auth_manager_passwords_file = /x\n", "secrets/airflow/NAME_password"),
        ("[database]\nsql_alchemy_conn = postgresql://a:{}@b/c\n", "set `database` there"),
        ("[database]\nsql_alchemy_conn_cmd = cat {}\n", "set `database` there"),
        ("[api]\nport = 1\n", "say `--host` or `--port`"),
        ("[scheduler]\nuse_job_schedule = f\n", "nothing would be started when it is due"),
        ("[scheduler]\ncatchup_by_default = TRUE\n", "is not made up for"),
        ("[api]\nexpose_config = True\n", "[api] expose_config: the page would show keys"),
        ("[api]\nssl_cert = /{}\n", "put a proxy that speaks TLS before it"),
        ("[api]\nssl_key = /{}\n", "put a proxy that speaks TLS before it"),
        ("[DEFAULT]\ndags_folder = {}\n", "airflow.cfg:1: [DEFAULT]: Airflow would take it for every section"),
        (
            "[CORE]\nload_examples = True\n",
            "[CORE]: Airflow has no such section\n  mend: write `[core]`",
        ),
        (
            "[webserver]\nweb_server_port = 1\n",
            "[webserver] web_server_port: this is an older name\n  mend: write `[api] port`",
        ),
        ("[core]\nsql_alchemy_conn = {}\n", "an older name\n  mend: write `[database] sql_alchemy_conn`"),
        ("[webserver]\nsecret_key_cmd = {}\n", "an older name\n  mend: write `[api] secret_key_cmd`"),
        ("password {}\n", "cannot be read as settings: MissingSectionHeaderError"),
        ("[core]\n{}\n", "cannot be read as settings: ParsingError"),
        ("[core]\na = 1\na = {}\n", "airflow.cfg:3: this cannot be read as settings: DuplicateOptionError"),
    ],
)
def test_what_would_break_a_promise_is_refused_and_no_value_told(here: Running, own: str, told: str) -> None:
    said = refused(here, own.format(PASSWORD))
    assert told in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "true", "whoever reaches the page"),
        ("CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:admin,bob:viewer", "passwords of those, and print"),
        (
            "CORE__AUTH_MANAGER",
            "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            "in configs/airflow.cfg",
        ),
        ("API__EXPOSE_CONFIG", "True", "the page would show keys"),
        ("API__SSL_CERT", f"/{PASSWORD}", "put a proxy that speaks TLS before it"),
        ("CORE__SQL_ALCHEMY_CONN", f"postgresql://a:{PASSWORD}@b/c", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"),
        ("CORE__SQL_ALCHEMY_CONN_CMD", f"cat {PASSWORD}", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD"),
        ("DATABASE__SQL_ALCHEMY_CONN_ASYNC_CMD", f"cat {PASSWORD}", "set `database` there"),
        ("WEBSERVER__BASE_URL", "http://a/b", "AIRFLOW__API__BASE_URL"),
    ],
)
def test_a_variable_may_not_say_what_the_file_may_not(
    here: Running, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"AIRFLOW__{name}", value)
    with pytest.raises(JobError) as found:
        written(here)
    assert f"the variable AIRFLOW__{name}: " in str(found.value)
    assert told in str(found.value)
    assert PASSWORD not in str(found.value)


@pytest.mark.parametrize("value", ["False", "f", "0", "non-sensitive-only", "Non-Sensitive-Only"])
def test_settings_may_be_shown_without_keys(here: Running, value: str) -> None:
    assert written(here, f"[api]\nexpose_config = {value}\n")["api"]["expose_config"] == value


def test_older_names_are_those_of_airflow() -> None:
    theirs = {(section, option): new for new, (section, option, _) in conf.deprecated_options.items()}
    assert dict(older_names()) == theirs
    assert not conf.deprecated_sections


def test_no_proxy_is_between_a_run_and_the_pages_server(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "intern.example, .svc")
    monkeypatch.setenv("no_proxy", "10.0.0.7")
    monkeypatch.setenv("INGEST_API_SERVER", "api-server:8080")
    found = environment(here.launch("scheduler"))
    assert found["no_proxy"] == found["NO_PROXY"] == "10.0.0.7,intern.example,.svc,api-server,127.0.0.1,localhost,::1"
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, found[name])
    with Client(base_url=found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"], token="t") as client:  # noqa: S106  # of nobody
        for host in ("api-server", "127.0.0.1", "localhost", "[::1]", "intern.example"):
            assert client._transport_for_url(URL(f"http://{host}:8080/")) is client._transport  # noqa: SLF001  # no public way
        assert client._transport_for_url(URL("http://example.org/")) is not client._transport  # noqa: SLF001  # as above


@pytest.mark.parametrize(("before", "now"), [("*", "*"), ("", "127.0.0.1,localhost,::1")])
def test_whom_no_proxy_is_for_stays(here: Running, monkeypatch: pytest.MonkeyPatch, before: str, now: str) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", before)
    assert environment(here.launch())["NO_PROXY"] == now


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("airflow:se$HOME@db/air$HOME", "airflow:se%24HOME@db/air$HOME"),
        ("db/airflow?options=-csearch_path%3D$HOME", "db/airflow?options=-csearch_path%3D%24HOME"),
        ("a:b@db/airflow", "a:b@db/airflow"),
    ],
)
def test_nothing_of_a_password_is_filled_in_by_airflow(here: Running, said: str, taken: str) -> None:
    here.database = f"postgresql://{said}"
    found = environment(here.launch())["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert found == f"postgresql+psycopg2://{taken}"
    expected = make_url(f"postgresql+psycopg2://{said}")
    assert make_url(found) == expected


def test_keys_are_made_once_for_their_owner_alone_and_are_in_no_file_of_settings(here: Running) -> None:
    first = environment(here.launch())
    assert {name: first[name] for name in KEYS} == {name: environment(here.launch())[name] for name in KEYS}
    assert len({first[name] for name in KEYS}) == 3
    folder = write_instance(here.launch())
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert set(modes) == {
        *("airflow.cfg", "launch.json", "passwords.json", "ingest_dags.py", "left_out.py"),
        *("jwt", "fernet", "session", ".lock"),
    }
    assert {mode for name, mode in modes.items() if name != ".lock"} == {0o600}
    settings = (folder / "airflow.cfg").read_text(encoding="utf-8") + (folder / "launch.json").read_text(
        encoding="utf-8"
    )
    assert not [name for name in KEYS if first[name] in settings]
    assert here.password() not in settings


def test_a_key_that_a_person_gives_is_left_to_airflow(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "theirs")
    here.write("configs/airflow.cfg", "[core]\nfernet_key_cmd = cat /run/fernet\n")
    assert set(KEYS) & environment(here.launch()).keys() == {"AIRFLOW__API__SECRET_KEY"}


def test_an_empty_variable_gives_no_key_and_a_command_does(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "")
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY_CMD", "cat /run/fernet")
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY_SECRET", "session")
    assert set(KEYS) & environment(here.launch()).keys() == {"AIRFLOW__API_AUTH__JWT_SECRET"}


def test_passwords_are_made_once_and_those_in_secrets_come_first(here: Running) -> None:
    written(here)
    made = here.password()
    assert len(made) >= 20
    written(here, "[core]\nsimple_auth_manager_users = admin:admin,bob:viewer\n")
    assert here.password() == made
    assert here.password("bob") != made
    here.write("secrets/airflow/admin_password", f"{PASSWORD}\n")
    written(here)
    assert here.password() == PASSWORD


def test_where_nobody_may_log_in_the_file_is_there(here: Running) -> None:
    written(here, "[core]\nsimple_auth_manager_users =\n")
    assert json.loads(passwords_file(here.home).read_text(encoding="utf-8")) == {}


@pytest.mark.parametrize(
    ("secret", "kept", "told"),
    [
        ("tiny", None, "is shorter than 8 characters"),
        (None, "{" + PASSWORD, "cannot be read: JSONDecodeError"),
        (None, f'["{PASSWORD}"]', "holds no passwords by user"),
    ],
)
def test_passwords_that_are_of_no_use_are_told_and_not_shown(
    here: Running, secret: str | None, kept: str | None, told: str
) -> None:
    if secret is not None:
        here.write("secrets/airflow/admin_password", secret)
    if kept is not None:
        here.write("state/airflow/passwords.json", kept)
    with pytest.raises(JobError, match=told) as found:
        written(here)
    assert (secret or PASSWORD) not in str(found.value)


def test_with_another_way_to_log_in_no_password_is_made(here: Running) -> None:
    written(here, "[core]\nauth_manager = airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager\n")
    assert not passwords_file(here.home).exists()


def test_what_was_started_is_found_again_with_the_database_of_the_environment(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert launched(here.home) is None
    here.write("configs/runner.yaml", "runner: {orchestrator: {type: airflow, database: '${env:RECORDS}'}}\n")
    monkeypatch.setenv("RECORDS", "postgresql://a:canary-pw@db/airflow")
    started = Launch(here.home / "configs" / "runner.yaml", here.home, host="0.0.0.0", port=8081)  # noqa: S104  # not bound
    write_instance(started)
    write_instance(here.launch("scheduler"))
    found = launched(here.home)
    assert found
    assert (found.host, found.port, found.database) == ("0.0.0.0", 8081, "postgresql://a:canary-pw@db/airflow")  # noqa: S104  # as above
    assert "canary" not in json.dumps([path.read_text() for path in here.home.rglob("*") if path.is_file()])
