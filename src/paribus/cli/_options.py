"""Options that several commands share, and what they are converted to."""

import sys
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from paribus.errors import StudyError

Store = Annotated[
    str,
    Parameter(env_var="PARIBUS_STORE", help="SQLite file, or a database URL."),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON instead of tables.")]

DEFAULT_STORE = "paribus.db"


def result_console() -> Console:
    """Return the terminal, or a console wide enough for a log."""
    from paribus.report import PLAIN_WIDTH

    return Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)


def parse_seeds(words: str | None) -> int | tuple[int, ...] | None:
    """Return `5` for "5" (meaning 0..4) and `(0, 3, 7)` for "0,3,7".

    Raises:
        StudyError: The words are neither.
    """
    if words is None:
        return None
    try:
        numbers = tuple(int(word) for word in words.split(",") if word.strip())
    except ValueError:
        raise StudyError(f"--seeds {words}: give how many (5), or a list of them (0,3,7).") from None
    return numbers if "," in words or not numbers else numbers[0]
