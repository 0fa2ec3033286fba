"""What happens to every request, whatever the API: fault, answer, log, hooks, latency."""

from __future__ import annotations

import threading

from standins.faults.board import Faults
from standins.faults.effects import after_answer, before_answer
from standins.serving.delivery import Delivery
from standins.serving.hooks import Hooks
from standins.serving.log import Asked, RequestLog
from standins.serving.messages import Request
from standins.serving.service import Service, chain_of


class Desk:
    """Takes a request and gives what goes over the line.

    Args:
        service: The API.
        faults: What goes wrong.
        latency: Seconds from a request to its answer.
    """

    def __init__(self, service: Service, faults: Faults, latency: float) -> None:
        self.service = service
        self.faults = faults
        self.latency = latency
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
        answer, delivery = after_answer(fault, answer, self.faults.page_before(chain), self.latency)
        self.faults.remember(chain, answer)
        status = 0 if fault and fault.kind == "reset" else answer.status
        self.log.note(Asked(request, status, fault.kind if fault else ""))
        return delivery
