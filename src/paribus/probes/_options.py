"""What is wrong with a probe's options, all of it at once."""

import re
from collections.abc import Sequence

from paribus.errors import StudyError
from paribus.probes._images import Border

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BORDERS: tuple[Border, ...] = ("zero", "edge", "wrap")


def check(
    name: str,
    *,
    examples: int | None = None,
    border: str = "zero",
    levels: Sequence[int] = (1,),
    **counts: int,
) -> None:
    """Refuse options that measure nothing.

    Args:
        name: Of the probe.
        examples: How many it measures on; None for all.
        border: What lies outside of images.
        levels: At which it measures.
        counts: Other whole numbers of at least 1, by option.

    Raises:
        StudyError: Something in them measures nothing; all of it is named.
    """
    counted = counts if examples is None else {"examples": examples, **counts}
    problems = [
        f"{option} is {value!r}; it must be a whole number of at least 1."
        for option, value in counted.items()
        if type(value) is not int or value < 1
    ]
    if not _NAME.fullmatch(name):
        problems.append("its name must be lower-case words, digits and underscores, as 'shift_consistency'.")
    if border not in _BORDERS:
        problems.append(f"border is {border!r}; there are 'zero', 'edge' and 'wrap'.")
    whole = all(type(level) is int and level > 0 for level in levels)
    if not levels or not whole or sorted(set(levels)) != list(levels):
        problems.append(f"{list(levels)} must be whole numbers above 0 that rise.")
    if problems:
        raise StudyError([f"probe '{name}': {problem}" for problem in problems])
