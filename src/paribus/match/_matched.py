"""An arm's knobs × goals -> its match."""

from collections.abc import Sequence

from paribus.errors import StudyError, UnmatchableError
from paribus.match._criterion import Criterion
from paribus.match._goal import Goal
from paribus.match._point import Measure
from paribus.match._search import search
from paribus.match._words import unmatched
from paribus.records import Match
from paribus.study import Knob


def matched(arm_name: str, knobs: Sequence[Knob], goals: Sequence[Goal], measure: Measure) -> Match:
    """Return the sizes at which the arm meets all goals.

    Args:
        arm_name: Names the arm in what is returned and raised.
        knobs: What may be turned; an arm without knobs has one size, and its match says how far off that is.
        goals: What is wanted; at least one.
        measure: As in `search`.

    Raises:
        UnmatchableError: No size meets them; it names the nearest ones.
        StudyError: The knobs have more combinations than can be searched.
        ArmError: The arm cannot be built at any size that was tried.
    """
    try:
        found = search(knobs, goals, measure)
    except StudyError as error:
        raise StudyError([f"arm '{arm_name}': {problem}" for problem in error.problems]) from None
    if knobs and not Criterion(tuple(goals)).within(found.best):
        raise UnmatchableError(unmatched(arm_name, knobs, goals, found))
    lines = tuple(goal.line(value) for goal, value in zip(goals, found.best.values, strict=True))
    return Match(arm=arm_name, sizes=found.best.sizes, lines=lines)
