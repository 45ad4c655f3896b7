"""`paribus sweep`."""

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Literal

import msgspec
from rich.console import Console

from paribus.cli._adjusted import adjusted_study
from paribus.cli._command import command_line
from paribus.cli._options import (
    DEFAULT_STORE,
    ExecutorName,
    Json,
    Store,
    make_executor,
    result_console,
)
from paribus.cli._run import EXIT_FAILED_RUNS, shown_watcher
from paribus.cli._say import say

if TYPE_CHECKING:
    from paribus.lab import SweepResult
    from paribus.study import Value


def sweep(
    study: str,
    /,
    *,
    over: str,
    values: str,
    seeds: str | None = None,
    epochs: int | None = None,
    batchnorm: Literal["moving", "recalibrate"] | None = None,
    store: Store = DEFAULT_STORE,
    executor: ExecutorName = "processes",
    workers: int | None = None,
    address: str | None = None,
    cpus: float | None = None,
    gpus: float | None = None,
    time_limit: float | None = None,
    memory_limit: float | None = None,
    together: int | None = None,
    json: Json = False,
) -> int:
    """Repeat a study over one of its controls: a curve per arm, and a verdict at every value.

    Over training rows it says how many of them one arm saves against another; over the learning rate, whether verdicts hold when each
    arm has its own best rate. Every cell is a study like any other: runs that are stored are not trained again, and what was interrupted
    goes on where it stopped. The number of seeds is fixed.

    Args:
        study: Built-in name, file.py, or file.py:name.
        over: n_train, learning_rate, epochs, budget or pixels.
        values: Two or more: 250,500,1000.
        seeds: How many (5 means 0..4), a range (3-9) or a list (0,3,7); the study's own by default.
        epochs: Instead of the study's own.
        batchnorm: Instead of the study's own, as in `paribus run`.
        executor: As in `paribus run`.
        workers: As in `paribus run`.
        address: As in `paribus run`.
        cpus: As in `paribus run`.
        gpus: As in `paribus run`.
        time_limit: As in `paribus run`.
        memory_limit: As in `paribus run`.
        together: As in `paribus run`.
    """
    from paribus.cli._interrupt import Interruptible

    console = Console(stderr=json)  # so that what is printed is JSON alone
    with redirect_stdout(sys.stderr if json else sys.stdout):
        shown, say_at_once = shown_watcher(console)
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
            result = lab.sweep(
                adjusted_study(study, seeds, epochs, batchnorm),
                over=over,
                values=parse_values(values),
                store=store,
                executor=chosen,
                watcher=watcher,
                together=together,
                command=command_line(),
            )
        except KeyboardInterrupt:
            watcher.be_deaf()
            watcher.close()
            last_words = f"{watcher.sentence}; the same command trains only the rest:"
            say(Console(stderr=True), last_words, f"  {command_line()}", style="yellow")
            return watcher.exit_code
        finally:
            watcher.let_go()
    _print(result, json=json)
    return EXIT_FAILED_RUNS if result.analysis.missing else 0


def parse_values(words: str) -> "tuple[Value, ...]":
    """Return `(250, 500)` for "250,500", `(0.01, 0.1)` for "0.01,0.1", and words as they are."""
    return tuple(_value(word.strip()) for word in words.split(",") if word.strip())


def _value(word: str) -> "Value":
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def _print(result: "SweepResult", *, json: bool) -> None:
    from paribus.report import sweep_terminal

    if json:
        encoded = msgspec.json.encode({"sweep": result.analysis, "files": list(map(str, result.files))})
        sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")
        return
    console = result_console()
    console.print()
    console.print(sweep_terminal(result.analysis), highlight=False)
    console.print()
    for file in result.files:
        print(file)  # noqa: T201 -- a path is never wrapped
