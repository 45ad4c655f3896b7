"""Over which cells a family of contrasts says the same: the same question at several budgets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from paribus.analyse._analysis import ContrastResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """What a question's cells say, in the order in which they were declared; `cells` by word."""

    family: str
    cells: dict[str, tuple[str, ...]]


def ranges(results: Sequence[ContrastResult]) -> tuple[Range, ...]:
    """Return one range for every question that is asked in several cells.

    A cell makes "no difference that matters" where the interval of its difference lies within the margin; otherwise, where that
    excludes zero, it is "better" or "worse", in accuracy and losses, or "higher" or "lower"; "undecided" where it does not.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for result in results:
        if result.contrast.cell:
            words = found.setdefault(result.contrast.family, {})
            words.setdefault(_word(result), []).append(result.contrast.cell)
    return tuple(
        Range(family=family, cells={word: tuple(cells) for word, cells in words.items()})
        for family, words in found.items()
    )


def _word(result: ContrastResult) -> str:
    low, high = result.interval
    margin = result.contrast.margin
    if math.isnan(low):
        return "undecided"
    if margin is not None and -margin < low and high < margin:
        return "no difference that matters"
    if low <= 0 <= high:
        return "undecided"
    return _direction(result.contrast.metric, rises=low > 0)


def _direction(metric: str, *, rises: bool) -> str:
    if metric.endswith("_accuracy"):
        return "better" if rises else "worse"
    if metric.endswith("_loss"):
        return "worse" if rises else "better"
    return "higher" if rises else "lower"
