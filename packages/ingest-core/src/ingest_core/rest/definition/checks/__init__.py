"""Holds a definition against itself: what its parts say of one another, beyond the shape of each."""

from ingest_core.rest.definition.checks.all_faults import definition_faults

__all__ = ["definition_faults"]
