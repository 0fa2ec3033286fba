"""Engines: each makes a source out of a connector's name. Reached by entry point, never by import."""
