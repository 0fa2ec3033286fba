"""What happens to every request, whatever the API: fault, answer, log, hooks, latency."""

from __future__ import annotations

import threading

from standins.faults.board import Faults
from standins.faults.effects import before_answer, delivery_with, in_place_of
from standins.serving.delivery import Delivery, compressed
from standins.serving.hooks import Hooks
from standins.serving.log import Asked, RequestLog
from standins.serving.messages import Request
from standins.serving.options import Serving
from standins.serving.service import Service, chain_of


class Desk:
    """Takes a request and gives what goes over the line.

    Args:
        service: The API.
        serving: How it is served.
    """

    def __init__(self, service: Service, serving: Serving) -> None:
        self.service = service
        self.faults = Faults(serving.faults)
        self._serving = serving
        self.log = RequestLog()
        self.hooks = Hooks()
        self.lock = threading.RLock()

    def serve(self, request: Request) -> Delivery:
        """Answer a request; the data stands still meanwhile."""
        with self.lock:
            delivery = self._serve(request)
            self.hooks.call(request.number)
        return delivery

    def _serve(self, request: Request) -> Delivery:
        fault = self.faults.strike(request)
        answer = before_answer(fault, self.service) if fault else None
        if answer is None:
            answer = self.service.answer(request)
        chain = chain_of(request) if self.faults.look_back else ""
        answer = in_place_of(fault, answer, self.faults.page_before(chain))
        self.faults.remember(chain, answer)
        sent = compressed(answer, request) if self._serving.gzip else answer
        status = 0 if fault and fault.kind == "reset" else answer.status
        self.log.note(Asked(request, status, fault.kind if fault else ""))
        return delivery_with(fault, sent, self._serving.latency)
