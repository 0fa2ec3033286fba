"""What a fault does to an answer."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import formatdate

from standins.faults.rules import LOOKING_BACK, Fault
from standins.serving.delivery import Delivery, delivery_of, head_of
from standins.serving.messages import Answer
from standins.serving.service import Service

HTML = (
    b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>\n"
)
UNAUTHORISED = 401


def before_answer(fault: Fault, service: Service) -> Answer | None:
    """Give the answer in place of the API's, which is then not asked at all; nothing where it is."""
    if fault.kind == "expired":
        return service.refusal(UNAUTHORISED)
    if fault.is_status:
        refused = service.refusal(int(fault.kind))
        return replace(refused, headers=(*refused.headers, *_retry_after(fault)))
    if fault.kind == "html":
        return Answer(200, HTML, content_type="text/html; charset=utf-8")
    if fault.kind == "empty":
        return Answer(200, b"")
    return None


def in_place_of(fault: Fault | None, answer: Answer, page_before: Answer | None) -> Answer:
    """Give what is answered in the end."""
    if fault is not None and fault.kind in LOOKING_BACK and page_before is not None:
        return page_before
    if fault is not None and fault.kind == "wrong_type":
        return replace(answer, content_type="text/html")
    return answer


def delivery_with(fault: Fault | None, answer: Answer, latency: float) -> Delivery:
    """Deliver an answer after so many seconds, in the way that the fault leaves."""
    if fault is None:
        return delivery_of(answer, latency)
    half = answer.body[: len(answer.body) // 2]
    if fault.kind == "reset":
        return Delivery(b"", latency, "reset")
    if fault.kind == "reset_midway":
        return Delivery(head_of(answer, len(answer.body)) + half, latency, "reset")
    if fault.kind == "cut_short":
        return Delivery(head_of(answer, len(answer.body)) + half, latency, "close")
    if fault.kind == "cut":
        return Delivery(head_of(answer, len(half)) + half, latency)
    return delivery_of(answer, fault.seconds if fault.kind == "slow" else latency)


def _retry_after(fault: Fault) -> tuple[tuple[str, str], ...]:
    if fault.retry_after is None:
        return ()
    told = formatdate(time.time() + fault.retry_after, usegmt=True) if fault.as_date else str(fault.retry_after)
    return (("Retry-After", told),)
