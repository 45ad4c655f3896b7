"""A sweep: a study repeated over one of its controls."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, cast

from paribus.errors import ParibusError, StudyError
from paribus.study._control import Control, Value, control, told
from paribus.study._study import Study


class Cell(NamedTuple):
    """A study at one value of the control; its name ends in its label, which says which."""

    value: Value
    label: str
    study: Study


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepRecord:
    """A sweep without its studies.

    Attributes:
        name: Of the study that is repeated.
        question: Its question.
        over: Name of the control.
        title: What the control is called on an axis.
        values: Of the control; numbers rise.
        own: The value that the study has as it is declared; None where that is no number.
    """

    name: str
    question: str
    over: str
    title: str
    values: tuple[Value, ...]
    own: Value | None

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, so that there is something between two of them."""
        return not any(isinstance(value, str) for value in self.values)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Sweep:
    """A study repeated over one of its controls, everything else equal.

    Every cell is a study like any other, with the runs of any study that is declared so, and a fixed number of seeds: looks of the study
    are left out.

    Args:
        study: What is repeated.
        over: "n_train" (training rows, as `mnist(n_train=...)` counts them: the first ones, then the split), "learning_rate", "epochs",
            "budget" (a number of the measure of the study's one budget) or "pixels".
        values: At least two; numbers are put in order.

    Attributes:
        cells: The study at every value.

    Raises:
        StudyError: There is no such control, or a value that the study cannot have; all of it is named.
    """

    study: Study
    over: str
    values: Sequence[Value]
    cells: tuple[Cell, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.study, Study):  # pyright: ignore[reportUnnecessaryIsInstance] -- what users give
            raise StudyError(f"study: expected a Study, got a {type(self.study).__name__}.")
        known = control(self.over)
        given = (self.values,) if isinstance(self.values, str) else tuple(self.values)
        values, problems = _plain(known, given, self.over)
        problems += _repeated(values)
        if len(given) < 2:
            problems.append(f"values: a sweep needs at least two; there {'is one' if given else 'are none'}.")
        cells, impossible = _cells(self.study, known, values, self.over)
        if problems := [*problems, *impossible]:
            raise StudyError(problems)
        object.__setattr__(self, "values", tuple(values))
        object.__setattr__(self, "cells", cells)

    def __repr__(self) -> str:
        at = ", ".join(map(told, self.values))
        return f"Sweep over {self.over} at {at}\n{self.study!r}"

    def record(self) -> SweepRecord:
        """Return what describes the sweep, without its studies."""
        known = control(self.over)
        return SweepRecord(
            name=self.study.name,
            question=self.study.question,
            over=self.over,
            title=known.title(self.study),
            values=tuple(self.values),
            own=known.own(self.study),
        )


def _plain(known: Control, given: Sequence[Value], over: str) -> tuple[list[Value], list[str]]:
    """Return the values that can be, in order, and what is wrong with the others."""
    values, problems = list[Value](), list[str]()
    for value in given:
        try:
            values.append(known.checked(value))
        except StudyError as error:
            problems += [f"values of {over}: {problem}" for problem in error.problems]
    if not any(isinstance(value, str) for value in values):
        values.sort(key=lambda value: cast("float", value))
    return values, problems


def _repeated(values: Sequence[Value]) -> list[str]:
    counts = Counter(values)
    return [f"values: {told(value)} comes {count} times." for value, count in counts.items() if count > 1]


def _cells(
    study: Study, known: Control, values: Sequence[Value], over: str
) -> tuple[tuple[Cell, ...], list[str]]:
    """Return the study at every value, and why it cannot be at some."""
    try:
        key = known.key(study)
        known.own(study)
    except ParibusError as error:  # no value can be
        return (), [f"over {over}: {problem}" for problem in error.problems]
    cells, problems = list[Cell](), list[str]()
    for value in dict.fromkeys(values):
        try:
            changed, label = known.changed(study, value), f"{key} {value}"
            cells.append(Cell(value, label, replace(changed, name=f"{study.name}, {label}", looks=())))
        except ParibusError as error:
            problems += [f"{over} {told(value)}: {problem}" for problem in error.problems]
    return tuple(cells), problems
