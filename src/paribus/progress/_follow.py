"""Follows a study that another process carries out, through its bulletins."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live as RichLive

from paribus.progress._board import Snapshot
from paribus.progress._bulletin import Bulletin
from paribus.progress._table import SnapshotTable

_LOOK_SECONDS = 0.5


def follow(
    first: Bulletin,
    read: Callable[[], Bulletin | None],
    console: Console,
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Bulletin:
    """Draw the study on a terminal until it is over, or its process has been silent for too long; return the last bulletin.

    Args:
        first: Where to begin.
        read: Returns the newest bulletin; None if there is none to be had, which counts as silence.
        console: The terminal; the table stays on it.
        sleep: Waits for so many seconds.
        now: Seconds since 1970.
    """
    bulletin, told = first, set[str]()
    with RichLive(console=console, auto_refresh=False) as live:
        while True:
            for sentence in failures(bulletin.snapshot):
                if sentence not in told:
                    told.add(sentence)
                    console.print(sentence, highlight=False, markup=False)
            going_on = bulletin.under_way(now())
            table = SnapshotTable(bulletin.snapshot, whole=not going_on, final=not going_on)
            live.update(table, refresh=True)
            if not going_on:
                return bulletin
            sleep(_LOOK_SECONDS)
            bulletin = read() or bulletin


def failures(snapshot: Snapshot) -> list[str]:
    """Return a sentence per run that ended badly."""
    return [
        f"{arm}, seed {seed}: {state.why}"
        for seed, states in zip(snapshot.seeds, snapshot.runs, strict=True)
        for arm, state in zip(snapshot.arms, states, strict=True)
        if state.why
    ]
