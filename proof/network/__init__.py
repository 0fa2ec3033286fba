"""Runs whose way to the catalog loses, delays, doubles and falsifies what is said."""
