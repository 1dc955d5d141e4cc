"""The embedded default: a real Neo4j Community in a child process (docs/decisions/0002-embedded-neo4j-and-
driver.md)."""

from graph.local.folder import Connection
from graph.local.releases import CURRENT, LTS, Release
from graph.local.server import LocalServer, running, start

__all__ = ["CURRENT", "LTS", "Connection", "LocalServer", "Release", "running", "start"]
