"""Commands of a package that the command knows nothing of."""

import click
from ingest_core import JobError


@click.group("greet")
def greet() -> None:
    """Greet people."""


@greet.command("person")
@click.argument("name", type=click.Choice(["ann", "bob"]))
def person(name: str) -> int:
    """Greet one of them; not Bob."""
    if name == "bob":
        raise JobError("bob wants no greeting; the key is sk_live_in_the_environment", "greet ann")
    click.echo(f"hello {name}")
    return 0
