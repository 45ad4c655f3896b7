"""A contrast: which difference the study asks about."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

from paribus.errors import StudyError
from paribus.study._aspects import ENTAILED, unknown_aspects

_FALLING = frozenset(
    [
        "loss",
        "error",
        "errors",
        "crossentropy",
        "entropy",
        "divergence",
        "poisson",
        "hinge",
        "false",
        "brier",
        "mse",
        "mae",
        "mape",
        "msle",
        "rmse",
        "kld",
        "logcosh",
        "cosh",
    ]
)
"""Words in names of metrics of which less is better."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Treatment minus control on one metric of the final epoch.

    Args:
        treatment: Name of an arm.
        control: Name of another arm.
        margin: Difference that would matter in practice, in the metric's unit (0.005 is half a point of accuracy);
            declared before anything is trained.
        metric: One of the study's `scores`: `test_` or `validation_`, and "accuracy", "loss" or a metric's name; or a metric of one of its
            probes. The metric of a study's first contrast is its primary one; contrasts on others are judged as a family of their own.
        better: Whether "higher" or "lower" values are better; by default as a probe says, lower for losses and errors, higher otherwise.
        cell: Where the same question is asked at several sizes, which of them this is ("100k parameters"); the names of the arms
            end in it.
        factor: In what the arms are meant to differ: one or several of "layers", "pooling", "normalization", "activation",
            "depth" and the other aspects of a certificate. What else differs is a finding.

    Raises:
        StudyError: The arms are the same, the margin is not positive, or there is no such factor.
    """

    treatment: str
    control: str
    margin: float | None = field(default=None, kw_only=True)
    metric: str = field(default="test_accuracy", kw_only=True)
    factor: str | tuple[str, ...] = field(default=("layers",), kw_only=True)
    cell: str = field(default="", kw_only=True)
    better: Literal["higher", "lower"] | None = field(default=None, kw_only=True)

    @staticmethod
    def against(control: str, treatments: Iterable[str], **options: Any) -> "tuple[Contrast, ...]":
        """Return one contrast for every treatment, all against one control; options as of one contrast."""
        return tuple(Contrast(treatment, control, **options) for treatment in treatments)

    @staticmethod
    def pairs(arms: Iterable[str], **options: Any) -> "tuple[Contrast, ...]":
        """Return one contrast for every pair of arms, the later one as treatment; options as of one contrast."""
        return tuple(Contrast(later, earlier, **options) for earlier, later in combinations(arms, 2))

    def __post_init__(self) -> None:
        factor = (self.factor,) if isinstance(self.factor, str) else tuple(self.factor)
        object.__setattr__(self, "factor", factor)
        problems = unknown_aspects("contrasts", factor)
        if self.treatment == self.control:
            problems.append(f"contrasts: '{self.treatment}' is compared with itself.")
        if self.margin is not None and not (self.margin > 0 and math.isfinite(self.margin)):
            problems.append(
                f"contrasts: the margin of {self} is {self.margin}; it must be positive and finite."
            )
        if self.better not in {None, "higher", "lower"}:
            problems.append(f"contrasts: better is {self.better!r}; it must be 'higher' or 'lower'.")
        if problems:
            raise StudyError(problems)
        if self.margin is not None:
            object.__setattr__(self, "margin", float(self.margin))

    @property
    def rises(self) -> bool:
        """Whether more of the metric is better."""
        if self.better is not None:
            return self.better == "higher"
        return not _FALLING & set(self.metric.split("_"))

    @property
    def factors(self) -> tuple[str, ...]:
        """The factor as a tuple, whichever way it was given."""
        return (self.factor,) if isinstance(self.factor, str) else self.factor

    @property
    def entailed(self) -> frozenset[str]:
        """What differs with the factor as a matter of course."""
        return frozenset[str]().union(*(ENTAILED.get(name, frozenset[str]()) for name in self.factors))

    @property
    def family(self) -> str:
        """The question without the cell: the same for all sizes at which it is asked."""
        arms = (name.removesuffix(f", {self.cell}") for name in (self.treatment, self.control))
        return " \N{MINUS SIGN} ".join(arms)

    @property
    def label(self) -> str:
        """The contrast, and its metric where that is not the usual one: two may compare the same arms."""
        usual = self.metric == "test_accuracy"
        return str(self) if usual else f"{self} ({self.metric.replace('_', ' ')})"

    def __str__(self) -> str:
        return f"{self.family}, {self.cell}" if self.cell else self.family
