"""Errors as HubSpot answers them (developers.hubspot.com/docs/api-reference/error-handling)."""

from __future__ import annotations

import uuid
from typing import Any

from standins.serving.messages import Answer, json_answer

UNKNOWN_CALLER = (
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at "
    "https://developers.hubspot.com/docs/methods/auth/oauth-overview"
)
SERVER_FAULTS = 500


class HubSpotError(Exception):
    """A request that is refused.

    Args:
        status: The HTTP status.
        category: HubSpot's name of the sort of error.
        message: What is wrong.
        more: Further fields of the body.
    """

    def __init__(self, status: int, category: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        named = {"category": category} if category else {}
        self.body = {"status": "error", "message": message, "correlationId": _correlation(message), **named, **more}

    def answer(self) -> Answer:
        """Give it as an answer."""
        return json_answer(self.body, self.status)


def invalid(message: str, **more: Any) -> HubSpotError:
    """Tell that a value of the request is wrong."""
    return HubSpotError(400, "VALIDATION_ERROR", message, **more)


def missing() -> HubSpotError:
    """Tell that there is no such thing."""
    return HubSpotError(404, "OBJECT_NOT_FOUND", "resource not found")


def limited(policy: str) -> HubSpotError:
    """Tell that there were too many requests, by the name of the limit."""
    message = f"You have reached your {policy.lower()} limit."
    return HubSpotError(429, "RATE_LIMITS", message, errorType="RATE_LIMIT", policyName=policy)


def unauthorised(*, expired: bool = False) -> HubSpotError:
    """Tell that there is no token, or that it is over."""
    if expired:
        message = "The OAuth token used to make this call expired 1 minute(s) ago."
        return HubSpotError(401, "EXPIRED_AUTHENTICATION", message)
    return HubSpotError(401, "INVALID_AUTHENTICATION", UNKNOWN_CALLER)


def failure(status: int) -> HubSpotError:
    """Tell that a request fails whatever it is."""
    if status == 429:  # noqa: PLR2004  # Too Many Requests (RFC 6585)
        return limited("TEN_SECONDLY_ROLLING")
    if status == 401:  # noqa: PLR2004  # Unauthorized (RFC 9110)
        return unauthorised(expired=True)
    return HubSpotError(status, "" if status >= SERVER_FAULTS else "VALIDATION_ERROR", "internal error")


def _correlation(message: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, message))
