"""Stripe's API."""
