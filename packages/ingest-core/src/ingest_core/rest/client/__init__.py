"""Asks an API: in its pace, as often as it takes, and told by its own words what it refuses."""

from ingest_core.rest.client.client import Answer, Client, Request
from ingest_core.rest.client.stopping import ClosedError, Closing

__all__ = ["Answer", "Client", "ClosedError", "Closing", "Request"]
