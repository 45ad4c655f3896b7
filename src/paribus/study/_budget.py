"""A budget: what arms are equalised on."""

import operator
from dataclasses import dataclass, field
from typing import SupportsIndex

from paribus.errors import StudyError, listed, nearest

MEASURE_WORDS = {
    "trainable_parameters": "trainable parameters",
    "parameters": "parameters",
    "flops": "FLOPs",
    "macs": "MACs",
    "training_flops": "training FLOPs",
    "activation_bytes": "bytes of activations",
}
"""What a budget can be of, and how a number of it reads: "100,000 trainable parameters"."""

MEASURES = tuple(MEASURE_WORDS)


@dataclass(frozen=True, slots=True)
class Budget:
    """What every arm may cost: as much as another arm, or a number.

    Args:
        measure: One of `MEASURES`.
        like: Name of the arm that the others are sized like; it keeps the size that its defaults give.
        target: How much, in the measure's unit, instead of `like`.
        tolerance: How far off an arm may be, relative to the target, in (0, 1); 0.01 is one percent.

    Raises:
        StudyError: It says nothing that could be met; all of it is named.
    """

    measure: str
    like: str | None = field(default=None, kw_only=True)
    target: int | None = field(default=None, kw_only=True)
    tolerance: float = field(default=0.01, kw_only=True)

    def __post_init__(self) -> None:
        if isinstance(self.target, SupportsIndex):
            object.__setattr__(
                self, "target", operator.index(self.target)
            )  # NumPy's whole numbers as Python's
        if problems := [
            *_bad_measure(self.measure),
            *_bad_target(self.like, self.target),
            *_bad_tolerance(self.tolerance),
        ]:
            raise StudyError(problems)


def _bad_measure(measure: object) -> list[str]:
    if measure in MEASURES:
        return []
    return [f"budget: no measure '{measure}'; there are {listed(MEASURES)}.{nearest(str(measure), MEASURES)}"]


def _bad_target(like: object, target: object) -> list[str]:
    if (like is None) == (target is None):
        given = "neither" if target is None else "both"
        return [f"budget: give `like`, the name of an arm, or `target`, a number; it has {given}."]
    if like is not None and not (isinstance(like, str) and like):
        return [f"budget: like is {like!r}; it must be the name of an arm."]
    if target is not None and not (isinstance(target, int) and target >= 1):
        return [f"budget: target is {target!r}; it must be a whole number of at least 1."]
    return []


def _bad_tolerance(tolerance: object) -> list[str]:
    if isinstance(tolerance, int | float) and 0 < tolerance < 1:
        return []
    return [f"budget: tolerance is {tolerance!r}; it must lie between 0 and 1, and 0.01 is one percent."]
