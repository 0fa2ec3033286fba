"""Homes, processes and the oracle of the proof."""
