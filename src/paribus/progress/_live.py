"""One live table of arms × seeds, with the time left."""

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live as RichLive
from rich.table import Table
from rich.text import Text

from paribus.progress._base import Schedule
from paribus.progress._eta import Eta
from paribus.progress._lines import opening_lines, outcome
from paribus.records import EpochRecord, RunRecord, RunSpec, Status

_WIDEST_TABLE_SEEDS = 6
_REFRESHES_PER_SECOND = 2


class Live:
    """Draws on a terminal; the table stays when the study has ended.

    Args:
        console: The terminal.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: RichLive | None = None
        self._schedule: Schedule | None = None
        self._eta = Eta((), epochs=1)
        self._cells: dict[tuple[str, int], Text] = {}
        self._done = 0

    def planned(self, schedule: Schedule) -> None:
        """Draw the table, if anything is to be trained."""
        for line in opening_lines(schedule):
            self._console.print(line, highlight=False, markup=False)
        if not schedule.todo:
            return
        self._schedule = schedule
        self._eta = Eta(schedule.todo, epochs=schedule.study.recipe.epochs, parallel=schedule.parallel)
        self._cells = {(record.spec.arm, record.spec.seed): _ended_cell(record) for record in schedule.stored}
        self._live = RichLive(
            get_renderable=self._render, console=self._console, refresh_per_second=_REFRESHES_PER_SECOND
        )
        self._live.start()

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Show the run's last epoch."""
        self._eta.epoch_ended(spec, epoch)
        self._cells[spec.arm, spec.seed] = Text(
            f"epoch {epoch.epoch}/{self._epochs}: {epoch.validation_accuracy:.1%}", style="cyan"
        )

    def run_ended(self, record: RunRecord) -> None:
        """Show how the run ended; print why, if it ended badly."""
        self._eta.run_ended(record)
        self._done += 1
        self._cells[record.spec.arm, record.spec.seed] = _ended_cell(record)
        if record.status is not Status.COMPLETED:
            self._console.print(
                f"{record.spec.arm}, seed {record.spec.seed}: {outcome(record)}",
                highlight=False,
                markup=False,
            )

    def waiting(self) -> None:
        """Nothing has changed."""

    def close(self) -> None:
        """Leave the table as it is."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    @property
    def _epochs(self) -> int:
        return self._schedule.study.recipe.epochs if self._schedule else 0

    def _render(self) -> RenderableType:
        if self._schedule is None:
            return Text("")
        seeds = list(dict.fromkeys(spec.seed for spec in self._schedule.specs))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("arm")
        shown = seeds if len(seeds) <= _WIDEST_TABLE_SEEDS else self._around_current(seeds)
        for seed in shown:
            table.add_column(f"seed {seed}", min_width=18)
        waiting = Text("·", style="dim")
        for arm in self._schedule.study.arms:
            table.add_row(Text(arm.name), *(self._cells.get((arm.name, seed), waiting) for seed in shown))
        todo = len(self._schedule.todo)
        left = f", {self._eta}" if self._done < todo else ""
        return Group(table, Text(f"{self._done} of {todo} runs trained{left}", style="bold"))

    def _around_current(self, seeds: list[int]) -> list[int]:
        """Return the seeds next to the one that is being trained."""
        begun = [place for place, seed in enumerate(seeds) if any(key[1] == seed for key in self._cells)]
        first = max(0, min(max(begun, default=0) - _WIDEST_TABLE_SEEDS + 2, len(seeds) - _WIDEST_TABLE_SEEDS))
        return seeds[first : first + _WIDEST_TABLE_SEEDS]


def _ended_cell(record: RunRecord) -> Text:
    if record.test is None:
        return Text(record.status.value, style="bold red")
    return Text(f"test {record.test.accuracy:.2%}", style="green")
