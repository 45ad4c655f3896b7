"""Who watches where nobody was named."""

import sys

from paribus.progress._base import Watcher
from paribus.progress._lines import Lines
from paribus.progress._notebook import Notebook, notebook_display

_MOST_LINES = 50


def default_watcher() -> Watcher:
    """Return one display in a notebook, which is updated in place; elsewhere lines on standard error, not more than can be read."""
    show = notebook_display()
    return Notebook(show) if show else Lines(_write, at_most=_MOST_LINES)


def _write(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201
