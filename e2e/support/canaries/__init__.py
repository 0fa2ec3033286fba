"""Secrets that are told from everything else wherever they turn up, and the search for them after all tests.

A test makes its secrets here: ``canaries.fresh("what it is")``. One that must look otherwise it registers:
``canaries.register(value, "what it is")``.
"""

from e2e.support.canaries.registry import MARK, Canaries

__all__ = ["MARK", "Canaries", "fresh", "register"]

ALL = Canaries(MARK)
"""Those of this session."""

fresh = ALL.fresh
register = ALL.register
