"""Secret stores: where secrets are looked up. Reached by entry point, never by import."""
