"""Whether a study's budgets and arms go together."""

from collections.abc import Sequence

from paribus.errors import listed, nearest
from paribus.study._arm import Arm, repeated_measures
from paribus.study._budget import Budget


def references(arms: Sequence[Arm], budgets: Sequence[Budget]) -> tuple[str, ...]:
    """Return the names of the arms that others are sized like, in the order in which budgets name them."""
    own = [budget for arm in arms for budget in arm.budgets or ()]
    return tuple(dict.fromkeys(budget.like for budget in (*budgets, *own) if budget.like is not None))


def budget_problems(arms: Sequence[Arm], budgets: Sequence[Budget]) -> list[str]:
    """Say what arms and budgets of a study contradict in each other."""
    kept = references(arms, budgets)
    return [
        *(f"budget: {problem}" for problem in repeated_measures(budgets)),
        *_unknown_references(arms, budgets),
        *_resized_references(arms, kept),
        *_nothing_to_size(arms, budgets, kept),
        *_unsized(arms, budgets, kept),
    ]


def _unknown_references(arms: Sequence[Arm], budgets: Sequence[Budget]) -> list[str]:
    names = [arm.name for arm in arms]
    problems: list[str] = []
    for place, declared in (("budget", budgets), *((f"arm '{arm.name}'", arm.budgets or ()) for arm in arms)):
        problems += [
            f"{place}: like names '{name}', which is not an arm; the arms are {listed(names)}.{nearest(name, names)}"
            for name in dict.fromkeys(budget.like for budget in declared)
            if name is not None and name not in names
        ]
    return problems


def _resized_references(arms: Sequence[Arm], kept: Sequence[str]) -> list[str]:
    problems: list[str] = []
    for arm in arms:
        if arm.name in kept and arm.budgets:
            problems.append(f"arm '{arm.name}': a budget is like it, so it cannot have one of its own.")
        elif arm.name in kept and arm.needs:
            problems.append(
                f"arm '{arm.name}': a budget is like it, so it keeps its own size; give its builder a default for "
                f"{listed(arm.needs)}."
            )
    return problems


def _nothing_to_size(arms: Sequence[Arm], budgets: Sequence[Budget], kept: Sequence[str]) -> list[str]:
    if not budgets or any(arm.knobs and arm.name not in kept for arm in arms):
        return []
    besides = f" besides {listed(kept)}" if kept else ""
    way = "give a builder a parameter 'width', or name the parameters that size it"
    example = "Arm('dense', dense, knobs={'units': range(8, 513)})"
    return [f"budget: no arm{besides} can be resized; {way}, as in {example}."]


def _unsized(arms: Sequence[Arm], budgets: Sequence[Budget], kept: Sequence[str]) -> list[str]:
    return [
        f"arm '{arm.name}': its builder takes '{name}' and has no default for it; give the study a budget, or the parameter "
        "a default."
        for arm in arms
        if arm.name not in kept and not (budgets if arm.budgets is None else arm.budgets)
        for name in arm.needs
    ]
