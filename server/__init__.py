"""HTTP's words: configuration, the ASGI application, starting and stopping, the command line."""
