"""Catalogs: where tables live, and how a commit lands. Reached by entry point, never by import."""
