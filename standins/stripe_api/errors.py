"""Errors as Stripe answers them (docs.stripe.com/api/errors)."""

from __future__ import annotations

from standins.serving.messages import Answer, json_answer

RATE_LIMIT = (
    "Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode. "
    "You can learn more about rate limits here https://stripe.com/docs/rate-limits."
)
DOCS = "https://stripe.com/docs/error-codes/"
SERVER_FAULTS = 500


class StripeError(Exception):
    """A request that is refused.

    Args:
        status: The HTTP status.
        message: What is wrong.
        code: Stripe's short name of it.
        param: The parameter at fault.
        type: The sort of error.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "",
        param: str = "",
        type: str = "invalid_request_error",  # noqa: A002  # the field's name
    ) -> None:
        super().__init__(message)
        self.status = status
        given = {"code": code, "doc_url": DOCS + code.replace("_", "-") if code else "", "message": message}
        error = {**given, "param": param, "type": type}
        self.body = {"error": {name: value for name, value in error.items() if value}}

    def answer(self) -> Answer:
        """Give it as an answer."""
        return json_answer(self.body, self.status)


def missing(kind: str, name: str, param: str = "id", status: int = 404) -> StripeError:
    """Tell that there is no such object."""
    return StripeError(status, f"No such {kind.replace('_', ' ')}: '{name}'", "resource_missing", param)


def unknown(param: str) -> StripeError:
    """Tell that a parameter is unknown."""
    return StripeError(400, f"Received unknown parameter: {param}", "parameter_unknown", param)


def lacking(param: str) -> StripeError:
    """Tell that a parameter must be given."""
    return StripeError(400, f"Missing required param: {param}.", "parameter_missing", param)


def unrecognised(method: str, path: str) -> StripeError:
    """Tell that there is nothing at that path."""
    hint = "Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
    return StripeError(404, f"Unrecognized request URL ({method}: {path}). {hint}")


def failure(status: int) -> StripeError:
    """Tell that a request fails whatever it is."""
    if status == 429:  # noqa: PLR2004  # Too Many Requests (RFC 6585)
        return StripeError(429, RATE_LIMIT, "rate_limit")
    if status == 401:  # noqa: PLR2004  # Unauthorized (RFC 9110)
        return StripeError(401, "Expired API Key provided: sk_test_****************ndin", "api_key_expired")
    if status >= SERVER_FAULTS:
        return StripeError(status, "An unknown error occurred", type="api_error")
    return StripeError(status, "The request was refused")
