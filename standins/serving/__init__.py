"""The HTTP/1.1 server that every stand-in runs on: the standard library's event loop, in a thread of its own."""
