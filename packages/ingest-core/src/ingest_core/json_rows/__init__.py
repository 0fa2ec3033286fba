"""Rows of JSON: each its text, read by Arrow where that keeps all, else value by value."""
