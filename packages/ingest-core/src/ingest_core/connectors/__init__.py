"""Native sources: one module each. Reached by entry point, never by import."""
