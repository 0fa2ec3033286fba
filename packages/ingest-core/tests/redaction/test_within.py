"""The secrets within a secret are masked by themselves, and what stands beside them there is not."""

import json
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, Redactor, Secret
from ingest_core.redaction.telling import is_maskable
from ingest_core.redaction.within import inner_secrets

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n"
PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), min_size=6, max_size=20).filter(is_maskable)
NAMES = st.sampled_from(["password", "client_secret", "apiKey", "AccountKey", "db.token", "access-key", "pwd"])


def shown(secret: str, line: str) -> str:
    redactor = Redactor()
    redactor.add(Secret(secret, "test.secret"))
    return redactor.text(line)


STRUCTURED = {
    "JSON": '{"type": "x", "private_key": "hunter22", "project_id": "my-project"}',
    "JSON, deep": '{"web": {"a": [{"client_secret": "hunter22", "id": "my-project"}]}}',
    "JSON, a list": '[{"token": "hunter22"}, "my-project"]',
    "JSON, a list of them": '{"token": ["hunter22"], "project": "my-project"}',
    "JSON in JSON": json.dumps({"config": json.dumps({"apiKey": "hunter22", "project": "my-project"})}),
    "JSON, an address in it": '{"url": "postgresql://my-project:hunter22@db/x"}',
    "JSON, a header in it": '{"Authorization": "Bearer hunter22", "project": "my-project"}',
    "a header": "Bearer hunter22",
    "YAML": "user: my-project\npassword: hunter22\n",
    "YAML, deep": "users:\n- name: my-project\n  user: {client-key-data: hunter22}\n",
    "YAML, quoted": "user: my-project\npassword: 'hunter22'  # ours\n",
    "YAML, several lines": "user: my-project\npassword: |\n  hunter22\n",
    "not quite YAML": "user: @my-project\n\tpassword: hunter22\n",
    "properties": "db.user=my-project\r\ndb.password = hunter22\r\n",
    "ini": "[db]\nuser = my-project\napi_key = hunter22\n",
    "environment": "export USER=my-project\nexport PGPASSWORD='hunter22' # ours\n",
    "address": "postgresql://my-project:hunter22@db.example.com:5432/my-project?sslmode=require",
    "address without user": "redis://:hunter22@my-project:6379/0",
    "address of several hosts": "mongodb://my-project:hunter22@my-project:1,b:2/x",
    "JDBC": "jdbc:postgresql://my-project/x?user=my-project&password=hunter22&ssl=true",
    "JDBC of SQL Server": "jdbc:sqlserver://my-project:1433;databaseName=x;password={hunter22};encrypt=true",
    "ADO": "Server=tcp:my-project,1433;User ID=sa;Password=hunter22;Encrypt=True;",
    "ADO, the first": "Pwd=hunter22;Server=my-project",
    "ADO, quoted": "Server=my-project;Password=\"hunter22\";User Id='sa'",
    "ODBC": "DRIVER={ODBC Driver 18};SERVER=my-project;UID=sa;PWD={hunter22}",
    "ODBC, alone": "PWD=hunter22;",
    "Azure": "DefaultEndpointsProtocol=https;AccountName=my-project;AccountKey=hunter22",
    "libpq": "host=my-project dbname=x user=ann password=hunter22 sslmode=require",
    "libpq, quoted": "host=my-project password = 'hunter22' user=ann",
    "JAAS": 'PlainLoginModule required username="my-project" password="hunter22";',
    "lines of libpq": "[x]\nhost=my-project password=hunter22\n",
}


@pytest.mark.parametrize("kind", STRUCTURED)
def test_a_secret_within_a_secret_is_masked_by_itself_and_nothing_beside_it(kind: str) -> None:
    assert shown(STRUCTURED[kind], "at my-project: hunter22!") == f"at my-project: {MASK}!"


ESCAPED = [
    ("postgresql://u:p%40ss-w%2Frd@h/db", ["p%40ss-w%2Frd", "p@ss-w/rd"]),
    ("postgresql://u:p@ss-word@h/db", ["p@ss-word"]),
    ("mysql+pymysql://u:pass/wo?rd@h/db", ["pass/wo?rd"]),
    ("jdbc:mysql://h/x?user=u&password=p%26ss+word", ["p%26ss+word", "p&ss+word", "p&ss word"]),
    ("host=h password='it\\'s a \\\\pass' user=u", ["it\\'s a \\\\pass", "it's a \\pass"]),
    ("Server=h;Pwd={a;b}}c-word};Database=x", ["a;b}}c-word", "a;b}c-word"]),
    ("Server=h;Password='it''s;long';Database=x", ["it''s;long", "it's;long"]),
    ('Server=h;Password="so ""quoted""";', ['so ""quoted""', 'so "quoted"']),
    ("Server=h;Password=correct horse; Database=x", ["correct horse"]),
    ("a: b\npassword: correct horse", ["correct horse"]),
]


@pytest.mark.parametrize(("secret", "inner"), ESCAPED, ids=[secret for secret, _ in ESCAPED])
def test_what_is_escaped_within_a_secret_is_known_both_ways(secret: str, inner: list[str]) -> None:
    assert inner_secrets(secret) >= set(inner)
    for value in inner:
        assert shown(secret, f"a {value} b") == f"a {MASK} b"


@pytest.mark.parametrize(
    "secret",
    [
        '{"password": "abc", "token": "true", "secret": null, "key": 123456789, "api_key": "12345"}',
        '{"user": "hunter22", "host": "example.com", "token_type": "bearer", "monkey": "business"}',
        '{"partition_key": "customer", "sortKey": "order_number", "primary_key": "id_of_order", "kafka_key": "orders"}',
        "user: hunter22\nhost: example.com\npassword: yes\ntoken: 12345\n",
        "HOME=/home/hunter22\nPWD=/srv/app\nOLDPWD=/srv/old\n",
        "postgresql://hunter22@example.com/x?sslmode=require",
        "https://example.com:8443/hunter22",
        "Server=example.com;User ID=hunter22;Trusted_Connection=yes",
        "Endpoint=sb://x/;SharedAccessKeyName=RootManageSharedAccessKey",
        "a plain secret: with spaces = and signs; in it",
        "sk_live_4eC39HqLyjWDarjt",
    ],
)
def test_what_is_trivial_or_tells_no_secret_is_not_learned(secret: str) -> None:
    assert inner_secrets(secret) == set()


def test_a_private_key_within_is_learned_whatever_it_is_called() -> None:
    secret = json.dumps({"tls": {"pem": PEM, "name": "my-project"}})
    assert shown(secret, "my-project MIIEvQIBADANBgkqhkiG9w0B") == f"my-project {MASK}"


@given(password=PASSWORDS, name=NAMES)
def test_any_password_in_json_and_yaml_is_learned(password: str, name: str) -> None:
    held = {"a": [{name: password, "user": "my-project"}]}
    for secret in (json.dumps(held), yaml.safe_dump(held), yaml.safe_dump(held, default_flow_style=True)):
        assert password in inner_secrets(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "[" * 50_000,
        '{"a":' * 50_000,
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 60)).replace("*b0", "*a"),
        "password='" * 5_000,
        "password=\n" * 5_000,
        "a" * 60_000 + ";",
        "://a:" * 10_000 + "@",
        "a=b " * 15_000,
        ";" * 60_000 + "=",
        "a: b\n" * 12_000,
        " " * 60_000 + "\n",
        "\n".join(f'k{n}: "v' for n in range(3_000)),
    ],
    ids=range(12),
)
def test_no_secret_takes_long_to_look_into(secret: str) -> None:
    began = time.process_time()
    inner_secrets(secret)
    assert time.process_time() - began < 2
