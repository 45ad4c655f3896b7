"""A contrast: which difference the study asks about."""

import math
from dataclasses import dataclass, field

from paribus.errors import StudyError

_SPLITS = ("test_", "validation_")


@dataclass(frozen=True, slots=True)
class Contrast:
    """Treatment minus control on one metric of the final epoch.

    Args:
        treatment: Name of an arm.
        control: Name of another arm.
        margin: Difference that would matter in practice, in the metric's unit (0.005 is half a point of accuracy);
            declared before anything is trained.
        metric: One of the recipe's `scores`: "test_" or "validation_", and "accuracy", "loss" or a metric's name.

    Raises:
        StudyError: The arms are the same, the margin is not positive, or the metric is of neither split.
    """

    treatment: str
    control: str
    margin: float | None = field(default=None, kw_only=True)
    metric: str = field(default="test_accuracy", kw_only=True)

    def __post_init__(self) -> None:
        problems: list[str] = []
        if self.treatment == self.control:
            problems.append(f"contrasts: '{self.treatment}' is compared with itself.")
        if self.margin is not None and not (self.margin > 0 and math.isfinite(self.margin)):
            problems.append(
                f"contrasts: the margin of {self} is {self.margin}; it must be positive and finite."
            )
        if not self.metric.startswith(_SPLITS):
            problems.append(
                f"contrasts: no metric '{self.metric}'; it is 'test_' or 'validation_' and what is measured, as 'test_accuracy'."
            )
        if problems:
            raise StudyError(problems)
        if self.margin is not None:
            object.__setattr__(self, "margin", float(self.margin))

    def __str__(self) -> str:
        return f"{self.treatment} \N{MINUS SIGN} {self.control}"
