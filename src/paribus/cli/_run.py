"""`paribus run`."""

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from paribus.cli._adjusted import adjusted_study
from paribus.cli._command import command_line
from paribus.cli._options import (
    DEFAULT_STORE,
    ExecutorName,
    Store,
    make_executor,
    parse_looks,
    result_console,
)
from paribus.cli._say import say

if TYPE_CHECKING:
    from paribus.lab import Result
    from paribus.progress import Watcher
    from paribus.study import Study

EXIT_FAILED_RUNS = 1
_MOST_SEEDS = 20
"""Of a study that goes on until it is decided, unless it says otherwise."""


def run(
    study: str,
    /,
    *,
    seeds: str | None = None,
    until_decided: Annotated[bool, Parameter(negative="")] = False,
    looks: str | None = None,
    epochs: int | None = None,
    quick: Annotated[bool, Parameter(negative="")] = False,
    batchnorm: Literal["moving", "recalibrate"] | None = None,
    keep_weights: Annotated[bool, Parameter(negative="")] = False,
    store: Store = DEFAULT_STORE,
    executor: ExecutorName = "processes",
    workers: int | None = None,
    address: str | None = None,
    cpus: float | None = None,
    gpus: float | None = None,
    time_limit: float | None = None,
    memory_limit: float | None = None,
    together: int | None = None,
) -> int:
    """Train every arm with every seed, and say what came out.

    Runs that are stored are not trained again: a study that was interrupted goes on where it stopped, and more seeds only
    cost the new ones. Ctrl-C stops it, says what is stored, and prints the command that goes on; a run that takes longer than a
    minute loses at most one epoch. `paribus watch` shows it in another terminal.

    Args:
        study: Built-in name, file.py, or file.py:name.
        seeds: How many (5 means 0..4), a range (3-9) or a list (0,3,7); the study's own by default.
        until_decided: Train seeds from look to look until every contrast is decided, or would hardly be by all of them; `--seeds` is
            then the most there can be, 20 by default. Looks are planned and all together err as often as one. A study that was
            begun without looks goes on with intervals that hold at any time instead, which are wider.
        looks: With --until-decided: at how many seeds to look (5,10,20); by default at a quarter, half, three quarters and all.
        epochs: Instead of the study's own; another recipe, so other runs.
        quick: A smaller honest look in about a minute: fewer images, epochs and seeds. Not evidence.
        batchnorm: Instead of the study's own; another recipe, so other runs. `moving`: BatchNormalization is evaluated by the
            statistics that training left behind, as Keras does; after few steps they are still near where they began, and
            a model that has learned well scores badly. `recalibrate`: by statistics that are estimated on the training data
            before every evaluation, in all arms alike; training stays the same to the last bit.
        keep_weights: Keep every run's weights beside the store, so that `paribus probe` can measure more on them later.
        executor: `processes`: one worker process per processor; a worker that dies costs its own run only. `inline`: one run
            after the other in this process. `ray`: on a Ray cluster.
        workers: Runs trained at once; by default one per processor, fewer if memory is short; on Ray as many as there is
            room for.
        address: host:port of the Ray cluster, given on one of its nodes; by default RAY_ADDRESS, or the cluster that this
            machine belongs to, or a new one on this machine alone.
        cpus: Processors that Ray sets aside for each run; 1 by default.
        gpus: Accelerators that Ray sets aside for each run, parts of one allowed; none by default.
        time_limit: Seconds that one run may take, or several that train together; any time by default.
        memory_limit: GiB that one worker process may hold; any amount by default. Linux only.
        together: Seeds of one arm trained at once in one computation, if the device's memory allows; JAX only. By default one
            on a CPU, several on an accelerator. Runs that may have had company differ in their last bits, so they are kept
            apart from runs that had none.
    """
    from paribus.cli._interrupt import Interruptible

    shown, say_at_once = shown_watcher(Console())
    watcher = Interruptible(shown, inline=executor == "inline", say=say_at_once)
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
        adjusted = adjusted_study(study, seeds, epochs, batchnorm, quick=quick)
        adjusted = replace(adjusted, keep_weights=adjusted.keep_weights or keep_weights)
        if until_decided or looks:
            adjusted = _with_looks(adjusted, seeds, looks)
        result = lab.run(
            adjusted,
            store=store,
            executor=chosen,
            watcher=watcher,
            together=together,
            command=command_line(),
        )
        _print_result(result)
    except KeyboardInterrupt:
        watcher.be_deaf()
        watcher.close()
        last_words = f"{watcher.sentence}; the same command trains only the rest:"
        say(Console(stderr=True), last_words, f"  {command_line()}", style="yellow")
        return watcher.exit_code
    finally:
        watcher.let_go()
    return EXIT_FAILED_RUNS if result.analysis.missing else 0


def _with_looks(study: "Study", seeds: str | None, looks: str | None) -> "Study":
    """Return the study with looks; it has as many seeds as were asked for, or as the last look needs, or twenty."""
    from paribus import lab
    from paribus.errors import StudyError

    if study.quick:
        raise StudyError("--until-decided: not with --quick, whose numbers decide nothing.")
    chosen = None if looks is None else parse_looks(looks)
    if seeds is None and isinstance(study.seeds, int) and not (study.looks and chosen is None):
        study = replace(study, seeds=chosen[-1] if chosen else max(_MOST_SEEDS, study.seeds), looks=())
    if chosen is not None:
        return replace(study, looks=chosen)
    return study if study.looks else replace(study, looks=lab.default_looks(len(study.seed_list)))


def shown_watcher(console: Console) -> "tuple[Watcher, Callable[[str], None]]":
    """Return what shows the study, and what says a sentence from within a signal handler beside it."""
    from paribus.progress import Lines, Live

    if not console.is_terminal:
        return Lines(_write_line), _write_to_stderr
    live = Live(console)

    def say_at_once(sentence: str) -> None:
        if not live.note(sentence):
            _write_to_stderr(sentence)

    return live, say_at_once


def _write_to_stderr(sentence: str) -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), f"\n{sentence}\n".encode())


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
