"""`python -m server.cli`, where the entry point is not installed."""

from server.cli import main

main()
