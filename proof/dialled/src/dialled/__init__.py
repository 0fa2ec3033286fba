"""A source whose order, cursor, ties and failures are dialled."""

from dialled.source import DialledSource, Options
from dialled.world import Row, World

__all__ = ["DialledSource", "Options", "Row", "World"]
