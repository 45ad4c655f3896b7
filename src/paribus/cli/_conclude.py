"""The commands on what may be concluded: `plan`, `gate`, `cite`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.text import Text

from paribus.cli._command import command_line
from paribus.cli._options import (
    DEFAULT_STORE,
    ExecutorName,
    Json,
    Store,
    make_executor,
    parse_amount,
    parse_seeds,
    result_console,
    stored_name,
)
from paribus.cli._say import say

if TYPE_CHECKING:
    from paribus.analyse import GateResult

EXIT_HARM = 1
EXIT_INCONCLUSIVE = 3


def plan(
    study: str,
    /,
    *,
    margin: str | None = None,
    spread: str | None = None,
    power: float = 0.8,
    store: Store = DEFAULT_STORE,
    json: Json = False,
) -> int:
    """Say how many seeds a study takes, and how long that will be.

    From the study's pilot runs in the store (three to five seeds will do), or from a stated spread. Nothing is trained.

    Args:
        study: Built-in name, file.py, or file.py:name.
        margin: The difference that would matter, instead of those declared: 0.5pp (percentage points), or in the metric's unit.
        spread: Standard deviation of paired differences, instead of that of pilot runs: 0.3pp, or in the metric's unit.
        power: Probability with which each contrast is to be decided.
    """
    from paribus import lab
    from paribus.machine import cores
    from paribus.report import plan_basis, plan_commands, plan_rows, plan_sentences, table

    made = lab.plan_seeds(
        stored_name(study) or study,
        store=store,
        margin=parse_amount("--margin", margin),
        spread=parse_amount("--spread", spread),
        power=power,
        declared=study,
    )
    if json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n")
        return 0
    console, available = result_console(), len(cores())
    console.print(Text(f"{made.study.name}: {made.study.question}", style="bold"))
    console.print(Text(plan_basis(made), style="dim"))
    header = (
        "contrast",
        "spread",
        "margin",
        "for a difference",
        "for equivalence",
        "to be sure",
        "time for both",
    )
    console.print(table(header, plan_rows(made, available), numeric={1, 2, 3, 4, 5, 6}))
    for sentence in plan_sentences(made, available):
        console.print(Text(sentence))
    if commands := plan_commands(made, study):
        console.print(
            Text(
                "\nTo carry it out, with seeds that nobody has seen; the second stops as soon as all is decided:"
            )
        )
        say(console, *commands)
    return 0


def gate(
    study: str,
    /,
    *,
    arm: str,
    against: str | None = None,
    margin: str | None = None,
    metric: str = "test_accuracy",
    update: Path | None = None,
    seeds: str | None = None,
    markdown: Path | None = None,
    junit: Path | None = None,
    json: Json = False,
    store: Store = DEFAULT_STORE,
    executor: ExecutorName = "processes",
    workers: int | None = None,
) -> int:
    """Let a change through if it does no harm. Made for CI.

    Trains the candidate (and the other arm), and tests whether it loses less than the margin, each way at .05. Exit codes: 0 no harm;
    1 harm; 3 inconclusive, with the number of seeds that would tell; 2 something for you to mend.

    Args:
        study: Built-in name, file.py, or file.py:name.
        arm: The candidate.
        against: Another arm of the study, or a baseline file (.json). Scores of other data, another recipe or other versions are
            refused.
        margin: The loss that would matter: 0.3pp (percentage points), or in the metric's unit; by default the study's.
        metric: One of the recipe's scores.
        update: Write the arm's scores into this file instead of judging it; commit it as a baseline.
        seeds: How many (5 means 0..4), a range (3-9) or a list (0,3,7); the study's own by default.
        markdown: Write the result there, for a summary page.
        junit: Write the result there as JUnit XML.
        executor: As in `paribus run`.
        workers: As in `paribus run`.
    """
    from dataclasses import replace

    from paribus import lab, studies
    from paribus.errors import GateError
    from paribus.progress import Lines

    judging = {"--margin": margin, "--markdown": markdown, "--junit": junit, "--json": json or None}
    if update is not None and (idle := [name for name, given in judging.items() if given is not None]):
        raise GateError(f"{', '.join(idle)}: not with --update, which judges nothing.")
    if (against is None) == (update is None):
        raise GateError(
            "give --against, an arm or a baseline file to judge by, or --update, a file to write; one of the two."
        )
    declared = studies.study(study)
    if (chosen := parse_seeds(seeds)) is not None:
        declared = replace(declared, seeds=chosen, looks=())
    spread_over = make_executor(
        executor, workers=workers, address=None, cpus=None, gpus=None, time_limit=None, memory_limit=None
    )
    progress = Lines(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 -- as it happens
    means: dict[str, Any] = {
        "metric": metric,
        "store": store,
        "executor": spread_over,
        "watcher": progress,
        "command": command_line(),
    }
    if update is not None:
        made = lab.update_baseline(declared, arm, update, **means)
        result_console().print(
            Text(f"{update}: {len(made.scores)} scores of {arm} in {metric.replace('_', ' ')}; commit it.")
        )
        return 0
    result = lab.gate(declared, arm, str(against), margin=parse_amount("--margin", margin), **means)
    return _tell(result, markdown=markdown, junit=junit, json=json)


def _tell(result: "GateResult", *, markdown: Path | None, junit: Path | None, json: bool) -> int:
    from paribus.evidence import Harm
    from paribus.report import gate_junit, gate_markdown, gate_text

    told = gate_text(result)
    if markdown is not None:
        _write(markdown, gate_markdown(result).encode())
    if junit is not None:
        _write(junit, gate_junit(result))
    if json:
        encoded = msgspec.json.encode({"harm": result.harm, "result": result, "words": told})
        sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")
    else:
        console = result_console()
        style = {Harm.NONE: "bold green", Harm.HARM: "bold red", Harm.INCONCLUSIVE: "bold yellow"}
        console.print(Text(told.headline, style=style[result.harm]))
        say(console, *told.lines)
    return {Harm.NONE: 0, Harm.HARM: EXIT_HARM, Harm.INCONCLUSIVE: EXIT_INCONCLUSIVE}[result.harm]


def _write(file: Path, content: bytes) -> None:
    from paribus.errors import GateError

    try:
        file.write_bytes(content)
    except OSError as error:
        raise GateError(f"{file} cannot be written: {error.strerror or error}.") from error


def cite(study: str | None = None, /, *, store: Store = DEFAULT_STORE) -> int:
    """Print what was done in words that can stand in a paper, with numbered references.

    Args:
        study: Name or id of a stored study, or its file; the one run last by default.
    """
    from paribus import lab
    from paribus.report import methods

    result = lab.show(stored_name(study), store=store)
    Console(width=result_console().width).print(
        methods(result.analysis, result.records), highlight=False, markup=False, end=""
    )
    return 0
