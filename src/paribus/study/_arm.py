"""An arm: one of the architectures that are compared."""

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from paribus.errors import StudyError, listed, nearest
from paribus.study._budget import Budget
from paribus.study._builder import Builder, builder_problems, options, without_default
from paribus.study._knob import Knob, Knobs, declared_knobs

_WIDTH = "width"


@dataclass(frozen=True, slots=True, init=False)
class Arm:
    """A named model builder, and how it can be resized.

    Args:
        name: Labels the arm in tables and figures.
        build: `build(input_shape, classes)` returns a new, uncompiled Keras model whose output has shape
            `(batch, classes)`. Its input has `input_shape`, or is flat: examples are then flattened, last axis fastest.
        knobs: Whole-number parameters of the builder by which it is resized, and the values each may take; names alone give
            each 1 to 65,536. By default its parameter `width`, if it has one; `()` means that it keeps its size.
        budgets: What this arm is sized to instead of the study's budget; `()` means nothing.

    Raises:
        StudyError: The name is empty, `build` cannot be called like that, or knobs and budgets do not fit it; all of it is
            named.
    """

    name: str
    build: Builder
    knobs: tuple[Knob, ...]
    budgets: tuple[Budget, ...] | None

    def __init__(
        self,
        name: str,
        build: Builder,
        *,
        knobs: Knobs | None = None,
        budgets: Budget | Sequence[Budget] | None = None,
    ) -> None:
        own = budgets if budgets is None else budget_tuple(budgets)
        found, problems = _knobs(build, knobs)
        problems += builder_problems(build, [knob.name for knob in found])
        problems += [] if own is None else _bad_own_budgets(own, resizable=bool(found) or bool(problems))
        problems = [f"arm '{name}': {problem}" for problem in problems]
        if not name.strip():
            problems.insert(0, "arms: a name is empty; names label columns.")
        if problems:
            raise StudyError(problems)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "build", build)
        object.__setattr__(self, "knobs", found)
        object.__setattr__(self, "budgets", own)

    @property
    def needs(self) -> tuple[str, ...]:
        """The knobs for which the builder has no default: somebody has to size it."""
        return without_default(self.build, [knob.name for knob in self.knobs])

    def sized(self, sizes: Mapping[str, int]) -> "Arm":
        """Return the same arm at these sizes, with nothing left to resize.

        Args:
            sizes: By knob; a knob that is left out keeps the builder's default. The order does not matter.

        Raises:
            StudyError: A size is of no knob, not among the knob's values, or missing where the builder has no default.
        """
        chosen = {knob.name: int(sizes[knob.name]) for knob in self.knobs if knob.name in sizes}
        if problems := _bad_sizes(self, sizes):
            raise StudyError([f"arm '{self.name}': {problem}" for problem in problems])
        build = functools.partial(self.build, **chosen) if chosen else self.build
        return Arm(self.name, build, knobs=(), budgets=())


def budget_tuple(budgets: Budget | Sequence[Budget]) -> tuple[Budget, ...]:
    """Return one budget or several as several; what is neither stays to be refused."""
    return tuple(budgets) if isinstance(budgets, Iterable) else (budgets,)


def repeated_measures(budgets: Sequence[Budget]) -> list[str]:
    """Say which measures come more than once."""
    counts = Counter(budget.measure for budget in budgets)
    return [
        f"'{measure}' has {count} targets; it can have one." for measure, count in counts.items() if count > 1
    ]


def _knobs(build: Builder, knobs: Knobs | None) -> tuple[tuple[Knob, ...], list[str]]:
    """Return the knobs and what is wrong with them."""
    if knobs is None:
        return ((Knob(_WIDTH),) if callable(build) and _WIDTH in options(build) else ()), []
    try:
        return declared_knobs(knobs), []
    except StudyError as error:
        return (), [*error.problems]


def _bad_own_budgets(budgets: tuple[Budget, ...], *, resizable: bool) -> list[str]:
    foreign: list[object] = [each for each in budgets if not isinstance(each, Budget)]  # pyright: ignore[reportUnnecessaryIsInstance] -- what users give
    if foreign:
        return [f"budgets: expected Budgets, got a {type(each).__name__}." for each in foreign]
    problems = [f"budgets: {problem}" for problem in repeated_measures(budgets)]
    if budgets and not resizable:
        problems.append(
            "it has a budget of its own and cannot be resized; give its builder a parameter 'width', or name the parameters "
            "that size it in `knobs`."
        )
    return problems


def _bad_sizes(arm: Arm, sizes: Mapping[str, int]) -> list[str]:
    values = {knob.name: knob.values for knob in arm.knobs}
    return [
        *(
            f"'{name}' is none of its knobs; there are {listed(values)}.{nearest(name, values)}"
            for name in sizes
            if name not in values
        ),
        *(
            f"its knob '{name}' does not take {size}."
            for name, size in sizes.items()
            if name in values and size not in values[name]
        ),
        *(
            f"its builder has no default for '{name}', which was given no size."
            for name in arm.needs
            if name not in sizes
        ),
    ]
