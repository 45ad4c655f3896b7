"""A snapshot as a table of arms × seeds that fits the terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from paribus.progress._board import RunState, Snapshot
from paribus.records import Status

_GAP = 2
_WIDEST_ARM_SHARE = 3
_LINES_BESIDE_ARMS = 8
_WORST_STATUS = max((status.value for status in Status), key=len)


@dataclass(frozen=True, slots=True)
class SnapshotTable:
    """Draws a snapshot. What the terminal has no room for is left out, and said to be.

    Args:
        snapshot: What is drawn.
        note: A sentence under it.
        whole: Draw every arm, however many lines that takes.
        final: No more will happen, so there is no time left to speak of.
    """

    snapshot: Snapshot
    note: str = ""
    whole: bool = False
    final: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        snapshot = self.snapshot
        lines = len(snapshot.arms) if self.whole else console.height - _LINES_BESIDE_ARMS
        arms = _nearest(_busy_arms(snapshot), len(snapshot.arms), max(1, lines))
        seeds = _nearest(_busy_seeds(snapshot), len(snapshot.seeds), _seed_room(snapshot, options.max_width))
        yield Text("")
        yield _table(snapshot, arms, seeds, options.max_width, fold=self.whole)
        yield Text("")
        if remarks := [*_hidden(snapshot, arms, seeds), *_legend(snapshot)]:
            yield Text("; ".join(remarks), style="dim", no_wrap=True, overflow="ellipsis")
        yield Text(summary(snapshot, final=self.final), style="bold")
        if self.note:
            yield Text(self.note, style="yellow")


def _table(snapshot: Snapshot, arms: Sequence[int], seeds: Sequence[int], width: int, *, fold: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    table.add_column(
        "arm",
        max_width=_arm_width(snapshot, width),
        no_wrap=not fold,
        overflow="fold" if fold else "ellipsis",
    )
    counted = len(seeds) < len(snapshot.seeds)
    if counted:
        table.add_column("ended", justify="right", no_wrap=True)
    for place in seeds:
        table.add_column(f"seed {snapshot.seeds[place]}", min_width=_cell_width(snapshot), no_wrap=True)
    for arm in arms:
        ended = sum(states[arm].status is not None for states in snapshot.runs)
        table.add_row(
            Text(snapshot.arms[arm]),
            *([f"{ended}/{len(snapshot.seeds)}"] if counted else []),
            *(_cell(snapshot.runs[place][arm], snapshot.epochs_of(arm)) for place in seeds),
        )
    return table


def _cell(state: RunState, epochs: int) -> Text:
    if state.status is Status.COMPLETED and state.accuracy is not None:
        return Text(f"test {state.accuracy:.2%}", style="green")
    if state.status is not None:
        return Text(state.status.value, style="bold red")
    if state.accuracy is not None:
        return Text(f"{state.epochs}/{epochs} {state.accuracy:.1%}", style="cyan")
    return Text("starting", style="cyan") if state.begun else Text("·", style="dim")


def summary(snapshot: Snapshot, *, final: bool) -> str:
    """Return in words how many runs have ended, and how long the rest may take."""
    failed = f" ({snapshot.failed} failed)" if snapshot.failed else ""
    words = f"{snapshot.ended} of {snapshot.todo} runs trained{failed}"
    if final or not snapshot.time_left:
        return words
    at_once = f", {snapshot.parallel} at once" if snapshot.parallel > 1 else ""
    return f"{words}{at_once}, {snapshot.time_left}"


def _legend(snapshot: Snapshot) -> list[str]:
    if any(state.under_way for states in snapshot.runs for state in states):
        return ["under way: epochs done, validation accuracy so far"]
    return []


def _hidden(snapshot: Snapshot, arms: Sequence[int], seeds: Sequence[int]) -> list[str]:
    shown = ((len(arms), len(snapshot.arms), "arms"), (len(seeds), len(snapshot.seeds), "seeds"))
    return [f"{some} of {every} {things} shown" for some, every, things in shown if some < every]


def _busy_seeds(snapshot: Snapshot) -> list[int]:
    """Return the places of the seeds under way; if there are none, of the last one begun."""
    busy = [place for place, states in enumerate(snapshot.runs) if any(state.under_way for state in states)]
    begun = [place for place, states in enumerate(snapshot.runs) if any(state.begun for state in states)]
    return busy or begun[-1:]


def _busy_arms(snapshot: Snapshot) -> list[int]:
    return [
        place
        for place in range(len(snapshot.arms))
        if any(states[place].under_way for states in snapshot.runs)
    ]


def _nearest(busy: Iterable[int], count: int, room: int) -> list[int]:
    """Return at most `room` of `count` places, in order: the busy ones first, then those nearest to one of them."""
    centres = list(busy) or [0]
    by_distance = sorted(range(count), key=lambda place: min(abs(place - centre) for centre in centres))
    return sorted(by_distance[:room])


def _seed_room(snapshot: Snapshot, width: int) -> int:
    """Return how many seeds fit; if that is not all of them, beside a column that counts them."""
    left, column = width - _arm_width(snapshot, width), _cell_width(snapshot) + _GAP
    if len(snapshot.seeds) * column <= left:
        return len(snapshot.seeds)
    counts = max(len("ended"), 2 * len(str(len(snapshot.seeds))) + 1) + _GAP
    return max(1, (left - counts) // column)


def _arm_width(snapshot: Snapshot, width: int) -> int:
    longest = max(len("arm"), *map(len, snapshot.arms))
    return min(longest, max(len("arm"), width // _WIDEST_ARM_SHARE))


def _cell_width(snapshot: Snapshot) -> int:
    """Return the width of the widest thing that a seed's column shows or will show."""
    failed = any(state.why for states in snapshot.runs for state in states)
    things = [
        f"{snapshot.epochs}/{snapshot.epochs} 99.9%",
        "test 99.99%",
        *(f"seed {seed}" for seed in snapshot.seeds),
    ]
    return max(map(len, [*things, *([_WORST_STATUS] if failed else [])]))
