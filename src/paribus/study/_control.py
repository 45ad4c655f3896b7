"""What a study can be repeated over: one control each, how its values are checked, and the study at a value."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast, get_args

from paribus.datasets import Pixels
from paribus.errors import StudyError, listed, nearest
from paribus.study._budget import MEASURE_WORDS, Budget
from paribus.study._learning_rate import learning_rate, with_learning_rate
from paribus.study._study import Study

Over: TypeAlias = Literal["n_train", "learning_rate", "epochs", "budget", "pixels"]
Value: TypeAlias = int | float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """One control of a study.

    Attributes:
        checked: Returns a value as plain Python's, or raises a `StudyError`.
        own: The value that a study has as it is declared; None where that is no number.
        changed: Returns the study at another value.
        title: What a study's control is called on an axis.
        key: What it is called in a cell's name.
    """

    checked: Callable[[object], Value]
    own: Callable[[Study], Value | None]
    changed: Callable[[Study, Value], Study]
    title: Callable[[Study], str]
    key: Callable[[Study], str]


def control(over: str) -> Control:
    """Return the control of that name.

    Raises:
        StudyError: There is none.
    """
    if over not in CONTROLS:
        raise StudyError(
            f"over: a study cannot be repeated over '{over}'; it can over {listed(CONTROLS)}.{nearest(over, CONTROLS)}"
        )
    return CONTROLS[over]


def told(value: Value) -> str:
    """Return a value as it is read: 10,000 or 0.01."""
    return value if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _whole(value: object) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise StudyError(f"{value!r} is no whole number.")
    number = operator.index(cast("int", value))
    if number < 1:
        raise StudyError(f"{number} must be at least 1.")
    return number


def _positive(value: object) -> float:
    if isinstance(value, bool | str) or not hasattr(value, "__float__"):
        raise StudyError(f"{value!r} is no number.")
    number = float(cast("float", value))
    if not (number > 0 and math.isfinite(number)):
        raise StudyError(f"{number:g} must be positive and finite.")
    return number


def _scaling(value: object) -> str:
    if value not in get_args(Pixels):
        raise StudyError(f"{value!r} is no way to scale pixels; there are {listed(get_args(Pixels))}.")
    return str(value)


def _budget(study: Study) -> Budget:
    """Return the budget that is changed.

    Raises:
        StudyError: There is none, or more than one.
    """
    budgets = cast("tuple[Budget, ...]", study.budget)
    if len(budgets) != 1:
        raise StudyError(
            f"a sweep over the budget changes the study's one budget, and it has {len(budgets) or 'none'}; declare one, as "
            "Budget('trainable_parameters', target=100_000). Budgets of single arms stay as they are."
        )
    return budgets[0]


def _at_budget(study: Study, value: Value) -> Study:
    declared = _budget(study)
    return replace(
        study, budget=Budget(declared.measure, target=cast("int", value), tolerance=declared.tolerance)
    )


def _at_rate(study: Study, value: Value) -> Study:
    optimizer = with_learning_rate(study.recipe.optimizer, cast("float", value))
    return replace(study, recipe=replace(study.recipe, optimizer=optimizer))


def _rows(study: Study) -> int:
    return study.dataset.made.rows if study.dataset.made else len(study.dataset.train)


CONTROLS: dict[Over, Control] = {
    "n_train": Control(
        checked=_whole,
        own=_rows,
        changed=lambda study, value: replace(study, dataset=study.dataset.remade(n_train=cast("int", value))),
        title=lambda _: "training rows, those for validation included",
        key=lambda _: "n_train",
    ),
    "learning_rate": Control(
        checked=_positive,
        own=lambda study: learning_rate(study.recipe.optimizer),
        changed=_at_rate,
        title=lambda _: "learning rate",
        key=lambda _: "learning_rate",
    ),
    "epochs": Control(
        checked=_whole,
        own=lambda study: study.recipe.epochs,
        changed=lambda study, value: replace(study, recipe=replace(study.recipe, epochs=cast("int", value))),
        title=lambda _: "epochs",
        key=lambda _: "epochs",
    ),
    "budget": Control(
        checked=_whole,
        own=lambda study: _budget(study).target,
        changed=_at_budget,
        title=lambda study: MEASURE_WORDS[_budget(study).measure],
        key=lambda study: _budget(study).measure,
    ),
    "pixels": Control(
        checked=_scaling,
        own=lambda study: study.dataset.pixels,
        changed=lambda study, value: replace(
            study, dataset=study.dataset.remade(pixels=cast("Pixels", value))
        ),
        title=lambda _: "pixels",
        key=lambda _: "pixels",
    ),
}
"""By name."""
