"""Measures the whole command against programs written by hand for the same work, in pairs in the same minutes."""
