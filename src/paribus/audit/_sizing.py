"""Which arms are resized, to what, and how far all of them meet their budgets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from paribus.audit._auditor import Built, Order, Outcome, Refused
from paribus.errors import ArmError, ParibusError, UnmatchableError
from paribus.match import Goal
from paribus.records import BudgetLine, Match
from paribus.study import Arm, Study

Outcomes = Mapping[str, Outcome]
"""What came of building, by arm."""


def first_orders(study: Study) -> tuple[Order, ...]:
    """Return the arms that keep their size, and so may be what others are sized like."""
    resized = {arm.name for arm in study.resized}
    return tuple(Order(arm.name) for arm in study.arms if arm.name not in resized)


def sizing_orders(study: Study, outcomes: Outcomes) -> tuple[Order, ...]:
    """Return the arms that are resized, with what they have to meet.

    Args:
        study: Whose arms they are.
        outcomes: Of the arms that keep their size.

    Raises:
        ArmError: An arm is to be sized like one that could not be built, or whose cost is not known.
    """
    return tuple(Order(arm.name, _goals(study, arm, outcomes)) for arm in study.resized)


def refusals(outcomes: Outcomes) -> ParibusError | None:
    """Return what is wrong with the arms that cannot be built or matched, all of them named; None if nothing is."""
    refused = [outcome for outcome in outcomes.values() if isinstance(outcome, Refused)]
    if not refused:
        return None
    problems = [problem for each in refused for problem in each.problems]
    return UnmatchableError(problems) if all(each.unmatchable for each in refused) else ArmError(problems)


def matches(study: Study, outcomes: Outcomes) -> tuple[Match, ...]:
    """Return how far every arm that has a budget and was built meets it, in the study's order."""
    found: list[Match] = []
    for arm in study.arms:
        outcome = outcomes.get(arm.name)
        if not isinstance(outcome, Built):
            continue
        if outcome.match is not None:
            found.append(outcome.match)
        elif study.budgets_of(arm.name):
            found.append(Match(arm=arm.name, sizes={}, lines=_lines(outcome, _goals(study, arm, outcomes))))
    return tuple(found)


def sized_study(study: Study, found: Sequence[Match]) -> Study:
    """Return the study with its arms at the sizes that were found, and no budgets left to meet."""
    sizes = {match.arm: match.sizes for match in found}
    return replace(
        study, arms=tuple(arm.sized(sizes.get(arm.name, _smallest(arm))) for arm in study.arms), budget=()
    )


def _smallest(arm: Arm) -> dict[str, int]:
    """Return a size for an arm that nobody lived to match, where it needs one."""
    return {knob.name: knob.values[0] for knob in arm.knobs if knob.name in arm.needs}


def _goals(study: Study, arm: Arm, outcomes: Outcomes) -> tuple[Goal, ...]:
    return tuple(
        Goal(
            budget.measure,
            budget.target if budget.target is not None else _like(str(budget.like), budget.measure, outcomes),
            budget.tolerance,
        )
        for budget in study.budgets_of(arm.name)
    )


def _like(name: str, measure: str, outcomes: Outcomes) -> int:
    outcome = outcomes.get(name)
    size = _size(outcome, measure) if isinstance(outcome, Built) else None
    if size is None:
        why = (
            "could not be built"
            if not isinstance(outcome, Built)
            else f"has unknown {measure.replace('_', ' ')}"
        )
        raise ArmError(f"arm '{name}' {why}, so no arm can be sized like it.")
    return size


def _size(built: Built, measure: str) -> int | None:
    """Return what an arm that was built costs, in a budget's measure."""
    if measure == "trainable_parameters":
        return built.parameters.trainable
    return built.parameters.total if measure == "parameters" else getattr(built.measures, measure)


def _lines(built: Built, goals: Sequence[Goal]) -> tuple[BudgetLine, ...]:
    """Return the goals beside what the arm costs, where that is known."""
    costs = [(goal, _size(built, goal.measure)) for goal in goals]
    return tuple(
        BudgetLine(measure=goal.measure, target=goal.target, actual=cost, tolerance=goal.tolerance)
        for goal, cost in costs
        if cost is not None
    )
