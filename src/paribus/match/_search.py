"""Knobs × goals -> the sizes nearest to all goals."""

import itertools
import math
from collections.abc import Sequence

from paribus.errors import StudyError, listed
from paribus.match._criterion import Criterion
from paribus.match._explore import explore
from paribus.match._front import front
from paribus.match._goal import Goal
from paribus.match._line import Line
from paribus.match._point import Found, Measure
from paribus.match._table import Table
from paribus.study import Knob

MOST_LINES = 512
"""Combinations of all knobs but the longest that are searched at most."""


def search(knobs: Sequence[Knob], goals: Sequence[Goal], measure: Measure) -> Found:
    """Search the knobs' values for the choice nearest to all goals.

    A choice is as good as the goal that it misses most, in units of the goals' tolerances; then the sum over goals counts, then
    smaller sizes. Every combination of all knobs but the one with most values is tried, and that one is searched: by doubling
    and halving where costs rise along it, by scanning where they are seen to fall: all of it up to 4,096 values; of more, what
    surrounds the turns from too low to too high that are seen.

    Args:
        knobs: What may be turned; none, and there is one choice.
        goals: What is wanted; at least one.
        measure: What a choice costs, a number for each goal; called once for each. Choices for which it raises ArmError are
            left out, and others beside them tried, up to 16 values away. Where none of those can be built either, and none at
            twice the value, what is larger is taken to be too large to build.

    Raises:
        StudyError: There are more combinations than can be searched.
        ArmError: None of what was tried can be built; it says why the first could not.
        ValueError: There is no goal.
    """
    if not goals:
        raise ValueError("goals: there are none to search for")
    criterion = Criterion(tuple(goals))
    table = Table(criterion, measure)
    for line in _lines(knobs, table):
        explore(line)
    points = table.points()
    return Found(best=min(points, key=criterion.rank), front=front(points), measured=points)


def _lines(knobs: Sequence[Knob], table: Table) -> list[Line]:
    """Return a line along the knob with most values for each combination of the others."""
    if not knobs:
        return [Line(table, 1, lambda _: {})]
    longest = max(knobs, key=lambda knob: len(knob.values))
    held = [knob for knob in knobs if knob is not longest]
    _refuse_too_many(held)
    return [
        _line(table, knobs, longest, dict(zip((knob.name for knob in held), values, strict=True)))
        for values in itertools.product(*(knob.values for knob in held))
    ]


def _line(table: Table, knobs: Sequence[Knob], along: Knob, held: dict[str, int]) -> Line:
    def sizes(place: int) -> dict[str, int]:
        return {knob.name: along.values[place] if knob is along else held[knob.name] for knob in knobs}

    return Line(table, len(along.values), sizes)


def _refuse_too_many(held: Sequence[Knob]) -> None:
    combinations = math.prod(len(knob.values) for knob in held)
    if combinations > MOST_LINES:
        raise StudyError(
            f"knobs: {listed(knob.name for knob in held)} can be combined in {combinations:,} ways, and at most {MOST_LINES} are "
            "searched; give all knobs but one fewer values, as knobs={'width': range(1, 513), 'depth': range(1, 9)}."
        )
