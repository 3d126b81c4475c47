"""The command line: `trackbook …`. What each command does is in its own module."""

from trackbook_server.cli.main import main

__all__ = ["main"]
