"""Options that several commands share, and what they are converted to."""

import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from paribus.errors import ExecutorError, StudyError, listed

if TYPE_CHECKING:
    from paribus.executors import Executor, Processes

Store = Annotated[
    str,
    Parameter(env_var="PARIBUS_STORE", help="SQLite file, or a database URL."),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON instead of tables.")]
ExecutorName = Literal["processes", "inline", "ray"]

_GIB = 2**30

DEFAULT_STORE = "paribus.db"
_MOST_SEEDS = 1_000_000


def result_console() -> Console:
    """Return the terminal, or a console wide enough for a log."""
    from paribus.report import PLAIN_WIDTH

    return Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)


def stored_name(reference: str | None) -> str | None:
    """Return the name under which a file's study is stored, unless the file gives it another; any other word as it is."""
    path, _, variable = (reference or "").partition(":")
    if not path.endswith(".py"):
        return reference
    return "-".join(filter(None, [Path(path).stem, variable]))


def make_executor(
    name: ExecutorName,
    *,
    workers: int | None,
    address: str | None,
    cpus: float | None,
    gpus: float | None,
    time_limit: float | None,
    memory_limit: float | None,
) -> "Executor":
    """Return the executor of that name.

    Raises:
        ExecutorError: An option is not for this executor, or has no sense.
    """
    from paribus.executors import Inline, Processes, Ray

    given = {
        "--workers": workers,
        "--address": address,
        "--cpus": cpus,
        "--gpus": gpus,
        "--time-limit": time_limit,
        "--memory-limit": memory_limit,
    }
    takes = {
        "inline": set[str](),
        "processes": {"--workers", "--time-limit", "--memory-limit"},
        "ray": {"--workers", "--address", "--cpus", "--gpus", "--time-limit"},
    }
    foreign = [option for option, value in given.items() if value is not None and option not in takes[name]]
    if foreign:
        raise ExecutorError(f"{listed(foreign)}: not for --executor {name}.")
    if name == "inline":
        return Inline()
    if name == "ray":
        needs = {name: given for name, given in {"cpus": cpus, "gpus": gpus}.items() if given is not None}
        return Ray(address, workers=workers, time_limit=time_limit, **needs)
    limit = None if memory_limit is None else int(memory_limit * _GIB)
    return prepared(Processes(workers, time_limit=time_limit, memory_limit=limit))


def prepared(processes: "Processes") -> "Processes":
    """Let workers' imports begin now: the study's own, which come next, take as long."""
    from paribus.backend import choose_backend

    choose_backend()
    processes.prepare()
    return processes


def parse_looks(words: str) -> tuple[int, ...]:
    """Return `(5, 10, 20)` for "5,10,20".

    Raises:
        StudyError: The words are no numbers, or there are none.
    """
    try:
        looks = tuple(int(word) for word in words.split(",") if word.strip())
    except ValueError:
        looks = ()
    if not looks:
        raise StudyError(f"--looks {words}: give numbers of seeds, as 5,10,20.")
    return looks


def parse_amount(option: str, words: str | None) -> float | None:
    """Return 0.003 for "0.3pp" (percentage points) and for "0.003", in a metric's unit.

    Raises:
        StudyError: The words are no positive number.
    """
    if words is None:
        return None
    points = words.strip().removesuffix("pp")
    try:
        amount = float(points) / (100 if points != words.strip() else 1)
    except ValueError:
        amount = math.nan
    if not (amount > 0 and math.isfinite(amount)):
        raise StudyError(
            f"{option} {words}: give percentage points, as 0.3pp, or a number in the metric's unit, as 0.003."
        )
    return amount


def parse_seeds(words: str | None) -> int | tuple[int, ...] | None:
    """Return `5` for "5" (meaning 0..4), `(3, 4, 5)` for "3-5" and `(0, 3, 7)` for "0,3,7".

    Raises:
        StudyError: The words are neither.
    """
    if words is None:
        return None
    try:
        numbers = tuple(seed for word in words.split(",") if word.strip() for seed in _seed_range(word))
    except ValueError:
        raise StudyError(
            f"--seeds {words}: give how many (5), a range (3-9), or a list of them (0,3,7)."
        ) from None
    return numbers if len(numbers) != 1 or {",", "-"} & set(words) else numbers[0]


def _seed_range(word: str) -> Iterable[int]:
    first, dash, last = word.strip().partition("-")
    if not first or not dash:  # a minus sign is told by whoever checks seeds
        return (int(word),)
    seeds = range(int(first), int(last) + 1)
    if not 0 < len(seeds) <= _MOST_SEEDS:
        raise StudyError(f"--seeds {word}: a range rises, and has a million seeds at most.")
    return seeds
