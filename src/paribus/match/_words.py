"""Why an arm cannot be matched, in sentences."""

from collections.abc import Sequence

from paribus.match._criterion import Criterion
from paribus.match._goal import Goal
from paribus.match._point import Found, Point
from paribus.study import MEASURE_WORDS, Knob

_MOST_SHOWN = 5


def unmatched(arm_name: str, knobs: Sequence[Knob], goals: Sequence[Goal], found: Found) -> list[str]:
    """Say for every goal that no size meets which sizes come nearest; if each can be met, that they conflict."""
    missed = [
        number
        for number, goal in enumerate(goals)
        if not any(goal.line(point.values[number]).within for point in found.measured)
    ]
    if missed:
        return [_missed(arm_name, knobs, goals[number], number, found.measured) for number in missed]
    return [_conflict(arm_name, goals, found)]


def _missed(arm_name: str, knobs: Sequence[Knob], goal: Goal, number: int, points: Sequence[Point]) -> str:
    below = max(
        (point for point in points if point.deviations[number] < 0),
        key=lambda point: point.values[number],
        default=None,
    )
    above = min(
        (point for point in points if point.deviations[number] >= 0),
        key=lambda point: point.values[number],
        default=None,
    )
    finer = " or ".join(f"{knob.name}s" for knob in knobs)
    end, cure = ".", f"raise `tolerance`, move the target to a size above, or give the arm finer {finer}."
    if above is None and below is not None:
        end = ": its largest size is below that."
        cure = f"move the target to {below.values[number]:,} or below, or let the arm become larger."
    elif below is None and above is not None:
        end = ": its smallest size is above that."
        cure = f"move the target to {above.values[number]:,} or above, or let the arm become smaller."
    nearest = "; ".join(
        f"{_sizes(point)} gives {point.values[number]:,} ({_percent(point.deviations[number], goal.tolerance)})"
        for point in (below, above)
        if point is not None
    )
    return f"cannot match arm '{arm_name}' to {_wanted(goal)}{end}\n  nearest: {nearest}.\n  to fix: {cure}"


def _conflict(arm_name: str, goals: Sequence[Goal], found: Found) -> str:
    wanted = " and ".join(map(_wanted, goals))
    shown = sorted(found.front, key=Criterion(tuple(goals)).rank)[:_MOST_SHOWN]
    lines = [f"  {_sizes(point)} gives {_costs(point, goals)}." for point in shown]
    return "\n".join(
        [
            f"cannot match arm '{arm_name}' to {wanted} at once: the budgets conflict.",
            "  nearest, of which none is better in everything:",
            *(f"  {line}" for line in lines),
            "  to fix: raise a `tolerance`, give up a budget, or give the arm another knob.",
        ]
    )


def _wanted(goal: Goal) -> str:
    return f"{goal.target:,} {_words(goal)} within {100 * goal.tolerance:.4g}%"


def _words(goal: Goal) -> str:
    return MEASURE_WORDS.get(goal.measure, goal.measure.replace("_", " "))


def _sizes(point: Point) -> str:
    return ", ".join(f"{name} {size}" for name, size in point.sizes.items())


def _costs(point: Point, goals: Sequence[Goal]) -> str:
    return " and ".join(
        f"{value:,} {_words(goal)} ({_percent(deviation, goal.tolerance)})"
        for value, deviation, goal in zip(point.values, point.deviations, goals, strict=True)
    )


def _percent(deviation: float, tolerance: float) -> str:
    """Return the deviation in percent, with as many digits as it takes to see whether it is tolerated."""
    for digits in range(1, 7):
        rounded = round(abs(100 * deviation), digits)
        if (rounded > round(100 * tolerance, 9)) == (abs(deviation) > tolerance) and (
            rounded or not deviation
        ):
            return f"{100 * deviation:+.{digits}f}%"
    return f"{100 * deviation:+g}%"
