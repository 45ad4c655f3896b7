"""A goal: a budget whose target is known."""

from dataclasses import dataclass

from paribus.errors import StudyError
from paribus.records import BudgetLine


@dataclass(frozen=True, slots=True)
class Goal:
    """How much of a measure is wanted.

    Args:
        measure: What is measured.
        target: How much, in the measure's unit.
        tolerance: How far off is near enough, relative to the target.

    Raises:
        StudyError: The target is not positive: nothing is relative to it.
    """

    measure: str
    target: int
    tolerance: float

    def __post_init__(self) -> None:
        if self.target < 1:
            raise StudyError(
                f"budget: the target of '{self.measure}' is {self.target}; arms can be sized only to what costs something."
            )

    def line(self, actual: int) -> BudgetLine:
        """Return what was measured beside what is wanted."""
        return BudgetLine(measure=self.measure, target=self.target, actual=actual, tolerance=self.tolerance)
