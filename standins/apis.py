"""The APIs there are, with the options that each has on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from standins.hubspot_api.properties import kinds
from standins.hubspot_api.service import HubSpot
from standins.hubspot_api.settings import HubSpotSettings
from standins.paged_api.service import Paged
from standins.paged_api.settings import PagedSettings
from standins.serving.options import Serving
from standins.serving.server import Server
from standins.stripe_api.service import READ, Stripe
from standins.stripe_api.settings import StripeSettings

ALL = {
    "records": "how many of each kind",
    "seed": "the same number makes the same data",
    "rate": "how many requests it takes, as 100/1s",
    "until": "the newest record's moment: an ISO 8601 date and time (UTC unless it says otherwise), or `now`",
}


@dataclass(frozen=True)
class Api:
    """An API that can be served.

    Args:
        help: What it is, in a line.
        settings: The class of its settings.
        make: Makes its service of them.
        options: Which of the settings are options, with the help of each.
        kinds: What can be prepared before it is asked for; nothing where all is.
    """

    help: str
    settings: type[Any]
    make: Callable[[Any], Any]
    options: Mapping[str, str]
    kinds: tuple[str, ...] = ()

    def serve(self, settings: Any, serving: Serving) -> Server[Any]:
        """Make a server; it serves while it is entered."""
        return Server(self.make(settings), serving)


APIS = {
    "stripe": Api(
        "Stripe's API, version 1",
        StripeSettings,
        Stripe,
        {**ALL, "key": "the secret key", "days": "how far the records go back"},
        tuple(READ),
    ),
    "hubspot": Api(
        "HubSpot's CRM API, version 3",
        HubSpotSettings,
        HubSpot,
        {
            **ALL,
            "token": "the access token",
            "search_rate": "how many searches it takes, as 5/1s",
            "days": "how far the records go back",
            "tied": "how many records of each kind were changed in the same millisecond",
        },
        tuple(kinds()),
    ),
    "paged": Api(
        "a plain API that pages in every way there is",
        PagedSettings,
        Paged,
        {
            **ALL,
            "token": "what must be given; nothing lets everyone in",
            "days": "how far the records go back",
            "order": "ascending, descending or none, by updated_at",
            "page_size": "the most records of a page",
            "projects": "how many projects, each with issues",
        },
    ),
}
