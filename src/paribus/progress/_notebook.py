"""A study's progress in a notebook: one display under the cell, whatever the number of runs."""

import sys
import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from paribus.progress._base import Schedule
from paribus.progress._board import Board, BoardKeeper, Snapshot
from paribus.progress._lines import opening_lines, outcome, sizing_line
from paribus.progress._table import summary
from paribus.records import RunRecord, Status

Show = Callable[[str, str], None]
"""Shows HTML, or text where there is no HTML, in place of what it showed before."""

_SECONDS = 0.5
_MOST_LINES = 8


class Notebook(BoardKeeper):
    """Shows what there is to see in one place.

    Args:
        show: Called at most twice a second, and when something is said.
        clock: Monotonic seconds.
    """

    def __init__(self, show: Show, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._show = show
        self._clock = clock
        self._shown_at = -_SECONDS
        self._said: list[str] = []

    def sizing(self, arms: int) -> None:
        """Say so."""
        self._say(sizing_line(arms))

    def planned(self, schedule: Schedule) -> None:
        """Say what will be trained, and count from here on."""
        self._board = Board(schedule) if schedule.todo else None
        self._say(*opening_lines(schedule))

    def run_ended(self, record: RunRecord) -> None:
        """Count the run; say why, if it ended badly."""
        super().run_ended(record)
        if record.status is not Status.COMPLETED:
            self._say(f"{record.spec.arm}, seed {record.spec.seed}: {outcome(record)}")
        elif self._clock() - self._shown_at >= _SECONDS:
            self._draw()

    def looked(self, sentence: str) -> None:
        """Say what was found."""
        self._say(sentence)

    def close(self) -> None:
        """Leave how it ended."""
        self._draw(final=True)

    def _say(self, *lines: str) -> None:
        self._said += lines
        self._draw()

    def _draw(self, *, final: bool = False) -> None:
        self._shown_at = self._clock()
        snapshot = self._board.snapshot() if self._board else None
        left_out = len(self._said) - _MOST_LINES
        lines = [*([f"({left_out} earlier lines)"] if left_out > 0 else []), *self._said[-_MOST_LINES:]]
        counts = [summary(snapshot, final=final)] if snapshot else []
        self._show(_html(lines, snapshot, counts), "\n".join([*lines, *counts]))


def _html(lines: Sequence[str], snapshot: Snapshot | None, counts: Sequence[str]) -> str:
    bar = (
        f'<progress value="{snapshot.ended}" max="{snapshot.todo}" style="width:20em;max-width:100%"></progress> '
        if snapshot
        else ""
    )
    paragraphs = "".join(f"<div>{escape(line)}</div>" for line in lines)
    return f'<div style="font:14px/1.5 system-ui,sans-serif">{paragraphs}<div>{bar}{escape(" ".join(counts))}</div></div>'


def notebook_display() -> Show | None:
    """Return what shows something under the cell that runs; None where this is no notebook.

    Nothing is imported to find out: who is in a notebook has imported it.
    """
    return _in_ipython() or _in_marimo()


def _in_ipython() -> Show | None:
    """Jupyter, VS Code and Colab: a display with an id, which can be updated."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if getattr(shell, "kernel", None) is None:
        return None
    handle: list[Any] = []

    def show(html: str, text: str) -> None:
        bundle = {"text/html": html, "text/plain": text}
        if handle:
            handle[0].update(bundle, raw=True)
        else:
            handle.append(ipython.display.display(bundle, raw=True, display_id=True))

    return show


def _in_marimo() -> Show | None:
    """The output of the cell, which can be replaced."""
    marimo: Any = sys.modules.get("marimo")
    if marimo is None or not marimo.running_in_notebook():
        return None

    def show(html: str, _: str) -> None:
        marimo.output.replace(marimo.Html(html))

    return show
