"""The command line: parse, call the use case of the same name in `geryon.app`, print."""

from geryon.cli.main import main

__all__ = ["main"]
