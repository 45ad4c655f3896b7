"""`paribus run`."""

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from paribus.cli._options import (
    DEFAULT_STORE,
    ExecutorName,
    Store,
    make_executor,
    parse_seeds,
    result_console,
)

if TYPE_CHECKING:
    from paribus.lab import Result
    from paribus.progress import Watcher
    from paribus.study import Study

EXIT_FAILED_RUNS = 1


def run(
    study: str,
    /,
    *,
    seeds: str | None = None,
    epochs: int | None = None,
    quick: Annotated[bool, Parameter(negative="")] = False,
    store: Store = DEFAULT_STORE,
    executor: ExecutorName = "processes",
    workers: int | None = None,
    address: str | None = None,
    cpus: float | None = None,
    gpus: float | None = None,
    time_limit: float | None = None,
    memory_limit: float | None = None,
) -> int:
    """Train every arm with every seed, and say what came out.

    Runs that are stored are not trained again: a run that was interrupted goes on where it stopped, and more seeds only
    cost the new ones.

    Args:
        study: Built-in name, file.py, or file.py:name.
        seeds: How many (5 means 0..4), or a list (0,3,7); the study's own by default.
        epochs: Instead of the study's own; another recipe, so other runs.
        quick: A smaller honest look in about a minute: fewer images, epochs and seeds. Not evidence.
        executor: `processes`: one worker process per processor; a worker that dies costs its own run only. `inline`: one run
            after the other in this process. `ray`: on a Ray cluster.
        workers: Runs trained at once; by default one per processor, fewer if memory is short; on Ray as many as there is
            room for.
        address: host:port of the Ray cluster, given on one of its nodes; by default RAY_ADDRESS, or the cluster that this
            machine belongs to, or a new one on this machine alone.
        cpus: Processors that Ray sets aside for each run; 1 by default.
        gpus: Accelerators that Ray sets aside for each run, parts of one allowed; none by default.
        time_limit: Seconds that one run may take; any time by default.
        memory_limit: GiB that one worker process may hold; any amount by default. Linux only.
    """
    from paribus.cli._interrupt import Interruptible

    watcher = Interruptible(_watcher(Console()))
    try:
        from paribus import lab

        chosen = make_executor(
            executor,
            workers=workers,
            address=address,
            cpus=cpus,
            gpus=gpus,
            time_limit=time_limit,
            memory_limit=memory_limit,
        )
        adjusted = _adjusted(study, seeds, epochs, quick=quick)
        result = lab.run(adjusted, store=store, executor=chosen, watcher=watcher)
    except KeyboardInterrupt:
        watcher.close()
        Console(stderr=True).print(
            f"Interrupted. The runs that had finished are in {store}; the same command trains only the rest.",
            style="yellow",
            highlight=False,
            soft_wrap=True,
        )
        raise
    _print_result(result)
    return EXIT_FAILED_RUNS if result.analysis.missing else 0


def _adjusted(reference: str, seeds: str | None, epochs: int | None, *, quick: bool) -> "Study":
    from paribus import studies

    study = studies.study(reference)
    if quick:
        study = study.quick_look()
    if epochs is not None:
        study = replace(study, recipe=replace(study.recipe, epochs=epochs))
    if (chosen := parse_seeds(seeds)) is not None:
        study = replace(study, seeds=chosen)
    return study


def _watcher(console: Console) -> "Watcher":
    from paribus.progress import Lines, Live

    if console.is_terminal:
        return Live(console)
    return Lines(_write_line)


def _write_line(line: str) -> None:
    """Print, and go on training if nobody can read any more: the store keeps the results."""
    with contextlib.suppress(OSError):
        print(line, flush=True)  # noqa: T201 -- a log has no width to wrap at


def _print_result(result: "Result") -> None:
    from paribus.report import terminal

    console = result_console()
    console.print()
    console.print(terminal(result.analysis), highlight=False)
    console.print()
    for file in result.files:
        print(file)  # noqa: T201 -- a path is never wrapped
