"""Who may ask: the key, as bearer or as the user of basic authentication (docs.stripe.com/api/authentication)."""

from __future__ import annotations

import re

from standins.oauth import basic, bearer
from standins.serving.messages import Request
from standins.stripe_api.errors import StripeError

NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth "
    "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details."
)
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
SHOWN = 4


def admit(request: Request, key: str) -> None:
    """Check the key and the version of the API.

    Raises:
        StripeError: There is no key, it is another one, or the version is none.
    """
    given = bearer(request) or basic(request)[0]
    if not given:
        raise StripeError(401, NO_KEY)
    if given != key:
        hidden = f"{given[:8]}{'*' * max(0, len(given) - 8 - SHOWN)}{given[-SHOWN:]}"
        raise StripeError(401, f"Invalid API Key provided: {hidden}")
    version = request.headers.get("stripe-version", "")
    if version and not VERSION.fullmatch(version):
        raise StripeError(400, f"Invalid Stripe API version: {version}")
