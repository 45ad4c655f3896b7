"""`paribus watch`."""

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from paribus.cli._options import DEFAULT_STORE, Store, result_console, stored_name
from paribus.cli._say import say

if TYPE_CHECKING:
    from paribus.lab import Watched
    from paribus.progress import Bulletin

EXIT_STOPPED = 1
_GO_ON = "To go on:"


def watch(
    study: str | None = None,
    /,
    *,
    store: Store = DEFAULT_STORE,
    once: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Show the live table of a study that another process carries out, until it ends.

    Arms × seeds: how each run ended, or how many epochs it has done and its validation accuracy so far; how many runs are trained
    at once, and how long the rest may take. Watching only reads: Ctrl-C ends the watching, not the study. If nothing
    is going on, it says how far the study has come, and the command that goes on with it.

    Give the store that the study was started with, as in `paribus run my_study.py --store results.db` and
    `paribus watch --store results.db`. For a database URL, watch from the folder that the study was started in.
    Exit code 0 when the study has ended, 1 if it stopped before its end.

    Args:
        study: Name or id of a study in the store, or its file; by default the one under way, or the one run last.
        once: Print the table as it stands, and exit; what happens anyway where the output is no terminal.
    """
    from paribus import lab

    watched = lab.watched(stored_name(study), store=store)
    console = result_console()
    bulletin = watched.bulletins.read()
    if bulletin is None:
        say(console, *_without_bulletin(watched, store))
        return 0
    if bulletin.over:
        say(console, *_idle(watched, bulletin, store))
        return 0
    say(console, bulletin.snapshot.headline, *_others(watched))
    if once or not console.is_terminal:
        return _show_once(console, watched, bulletin, store)
    return _follow(console, watched, bulletin, store)


def _show_once(console: Console, watched: "Watched", bulletin: "Bulletin", store: str) -> int:
    from paribus.progress import SnapshotTable, failures

    going_on = bulletin.under_way(time.time())
    console.print(SnapshotTable(bulletin.snapshot, whole=True, final=not going_on), highlight=False)
    say(console, *failures(bulletin.snapshot))
    if going_on:
        return 0
    say(console, *_end(watched, bulletin, store))
    return EXIT_STOPPED


def _follow(console: Console, watched: "Watched", bulletin: "Bulletin", store: str) -> int:
    from paribus.progress import follow

    last = follow(bulletin, watched.bulletins.read, console)
    say(console, *_end(watched, last, store))
    return 0 if last.over and last.snapshot.ended == last.snapshot.todo else EXIT_STOPPED


def _end(watched: "Watched", bulletin: "Bulletin", store: str) -> list[str]:
    """Say how it ended and what to do next."""
    snapshot = bulletin.snapshot
    stored = f"{snapshot.stored} of {snapshot.planned} runs are stored in {watched.place}"
    if bulletin.over and snapshot.ended == snapshot.todo:
        return [f"Ended: {stored}.", *_result(watched, store)]
    if bulletin.over:
        return [f"Stopped before its end: {stored}.", *_command(bulletin, _GO_ON)]
    silence = f"Nobody has written for {bulletin.age(time.time()):.0f} seconds: the process that trained was killed, or stands still."
    return [f"{silence} {stored}.", *_command(bulletin, _GO_ON)]


def _idle(watched: "Watched", bulletin: "Bulletin", store: str) -> list[str]:
    complete = watched.listing.ended == watched.listing.planned
    return [*_no_run(watched, store), *_command(bulletin, "It was started with:" if complete else _GO_ON)]


def _without_bulletin(watched: "Watched", store: str) -> list[str]:
    """Say what the store alone tells."""
    from paribus import lab, studies

    name = watched.listing.record.name
    built_in = f"  paribus run {name} --store {shlex.quote(watched.place)}"
    command = built_in if name in studies.names() else f"  `paribus run` with the file that holds {name}"
    lines = [*_no_run(watched, store), _GO_ON, command]
    if "://" in store:
        folder = lab.results_directory(store, watched.listing.record)
        lines.append(
            f"With a database URL, progress is told in the folder that the study was started in; there is none in {folder}."
        )
    return lines


def _no_run(watched: "Watched", store: str) -> list[str]:
    listing = watched.listing
    began = listing.last_run_at[:19].replace("T", " ")
    stored = f"{listing.ended} of {listing.planned} runs are stored in {watched.place}"
    lines = [f"{listing.record.name}: no run is going on. The last one began at {began} UTC; {stored}."]
    return [*lines, *_result(watched, store)] if listing.ended == listing.planned else lines


def _result(watched: "Watched", store: str) -> list[str]:
    option = "" if store == DEFAULT_STORE else f" --store {shlex.quote(watched.place)}"
    return ["Its result:", f"  paribus show {watched.listing.record.study_id}{option}"]


def _command(bulletin: "Bulletin", purpose: str) -> list[str]:
    if not bulletin.command:
        return ["The script or notebook that started it goes on with it: stored runs are not trained again."]
    elsewhere = "" if Path(bulletin.folder) == Path.cwd() else f"cd {shlex.quote(bulletin.folder)} && "
    return [purpose, f"  {elsewhere}{bulletin.command}"]


def _others(watched: "Watched") -> list[str]:
    return [
        f"also under way: {other.name}; `paribus watch {other.study_id}` shows it" for other in watched.others
    ]
