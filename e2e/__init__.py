"""The built image against real servers, all in containers."""
