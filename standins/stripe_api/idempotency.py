"""Requests that are sent again with the same key are done once (docs.stripe.com/api/idempotent_requests)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from standins.serving.messages import Answer, Request
from standins.stripe_api.errors import StripeError

REPLAYED = ("Idempotent-Replayed", "true")
SAME_KEY = "Keys for idempotent requests can only be used with the same parameters they were first used with."


class Idempotency:
    """The answers to requests that had a key."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[tuple[str, bytes], Answer]] = {}

    def once(self, request: Request, do: Callable[[Request], Answer]) -> Answer:
        """Do what is asked, or give the answer that was given before.

        Raises:
            StripeError: The key was used for something else.
        """
        key = request.headers.get("idempotency-key", "")
        if request.method != "POST" or not key:
            return do(request)
        asked = (request.path, request.body)
        if key not in self._answers:
            self._answers[key] = (asked, do(request))
            return self._answers[key][1]
        before, answer = self._answers[key]
        if before != asked:
            raise StripeError(400, SAME_KEY, type="idempotency_error")
        return replace(answer, headers=(*answer.headers, REPLAYED))
