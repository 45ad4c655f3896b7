"""One live table of arms × seeds, with the time left."""

from rich.console import Console, RenderableType
from rich.live import Live as RichLive
from rich.text import Text

from paribus.progress._base import Schedule
from paribus.progress._board import Board, BoardKeeper
from paribus.progress._lines import opening_lines, outcome, sizing_line
from paribus.progress._table import SnapshotTable
from paribus.records import RunRecord, Status

_REFRESHES_PER_SECOND = 2


class Live(BoardKeeper):
    """Draws on a terminal; the table stays when the study has ended.

    Args:
        console: The terminal.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._live: RichLive | None = None
        self._note = ""

    def sizing(self, arms: int) -> None:
        """Say so."""
        self._console.print(sizing_line(arms), highlight=False, markup=False)

    def planned(self, schedule: Schedule) -> None:
        """Draw the table, if anything is to be trained; one that was drawn before stays as it is."""
        self.close()
        for line in opening_lines(schedule):
            self._console.print(line, highlight=False, markup=False)
        if not schedule.todo:
            return
        self._board = Board(schedule)
        self._live = RichLive(
            get_renderable=self._render, console=self._console, refresh_per_second=_REFRESHES_PER_SECOND
        )
        self._live.start()

    def run_ended(self, record: RunRecord) -> None:
        """Show how the run ended; print why, if it ended badly."""
        super().run_ended(record)
        if record.status is not Status.COMPLETED:
            self._console.print(
                f"{record.spec.arm}, seed {record.spec.seed}: {outcome(record)}",
                highlight=False,
                markup=False,
            )

    def looked(self, sentence: str) -> None:
        """Leave the table as it is, and print what was found."""
        self.close()
        self._console.print(sentence, highlight=False, markup=False)

    def note(self, sentence: str) -> bool:
        """Show the sentence under the table from the next refresh on; False if there is no table. Signal handlers may call it."""
        self._note = sentence
        return self._live is not None

    def close(self) -> None:
        """Leave the table as it is."""
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()

    def _render(self) -> RenderableType:
        if self._board is None:
            return Text("")
        closed = self._live is None
        return SnapshotTable(self._board.snapshot(), note=self._note, whole=closed, final=closed)
