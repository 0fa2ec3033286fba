"""Stand-ins of APIs: they behave as the vendors' do, hold data, and fail where they are told to.

In a test::

    with standins.stripe(StripeSettings(records=1000), Serving(latency=0.02)) as server:
        server.url                                     # http://127.0.0.1:43210
        server.faults.add(Fault("429", every=7, retry_after=1))
        server.hooks.after(3, lambda: server.api.delete("customers", some_id))
        with server.changing():                        # change the data while others read it
            server.api.create("customers", name="Ada")
        server.api.objects("customers")                # what a reader should have found
        server.requests.statuses()                     # what was asked, and answered

Where a call that was hooked in fails, or the stand-in itself, leaving the ``with`` raises.

From a shell, the address is the first line that is printed: ``python -m standins stripe --records 1000``.
Only the standard library is needed. The same seed makes the same data each time, on every machine.
"""

from __future__ import annotations

from standins.faults.reading import faults_of
from standins.faults.rules import Fault
from standins.hubspot_api.service import HubSpot
from standins.hubspot_api.settings import HubSpotSettings
from standins.paged_api.service import Paged
from standins.paged_api.settings import PagedSettings
from standins.serving.options import Serving
from standins.serving.server import Server
from standins.stripe_api.service import Stripe
from standins.stripe_api.settings import StripeSettings

__all__ = [
    "Fault",
    "HubSpot",
    "HubSpotSettings",
    "Paged",
    "PagedSettings",
    "Server",
    "Serving",
    "Stripe",
    "StripeSettings",
    "faults_of",
    "hubspot",
    "paged",
    "stripe",
]


def stripe(settings: StripeSettings | None = None, serving: Serving | None = None) -> Server[Stripe]:
    """Serve an account of Stripe.

    Args:
        settings: What is in it.
        serving: Where and how it is served.

    Returns:
        The server; it serves while it is entered.
    """
    return Server(Stripe(settings or StripeSettings()), serving or Serving())


def hubspot(settings: HubSpotSettings | None = None, serving: Serving | None = None) -> Server[HubSpot]:
    """Serve an account of HubSpot.

    Args:
        settings: What is in it.
        serving: Where and how it is served.

    Returns:
        The server; it serves while it is entered.
    """
    return Server(HubSpot(settings or HubSpotSettings()), serving or Serving())


def paged(settings: PagedSettings | None = None, serving: Serving | None = None) -> Server[Paged]:
    """Serve a plain API that pages in every way there is.

    Args:
        settings: What is in it.
        serving: Where and how it is served.

    Returns:
        The server; it serves while it is entered.
    """
    return Server(Paged(settings or PagedSettings()), serving or Serving())
