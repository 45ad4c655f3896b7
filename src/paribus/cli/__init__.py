"""Words to lab calls, errors to sentences and exit codes."""

from paribus.cli._main import main

__all__ = ["main"]
