"""What the analysis of a sweep is made of."""

from dataclasses import dataclass

from paribus.analyse._stage import Rule
from paribus.evidence import Span, Verdict
from paribus.records import Severity
from paribus.study import Contrast, StudyRecord, SweepRecord, Value


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmPoint:
    """An arm's metric at one value: every completed seed's that is defined, their mean (NaN of none) and standard deviation (NaN of one)."""

    value: Value
    n: int
    mean: float
    spread: float
    scores: dict[int, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmCurve:
    """An arm's metric at every value."""

    arm: str
    metric: str
    points: tuple[ArmPoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CellVerdict:
    """A contrast at one value.

    Attributes:
        value: Of the control.
        differences: Treatment minus control by seed.
        verdict: Adjusted by Holm for the values at which the contrast was asked.
        rule: By which it was reached.
    """

    value: Value
    differences: dict[int, float]
    verdict: Verdict
    rule: Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossovers:
    """Where a contrast's arms change places.

    Attributes:
        at: Values at which the mean difference changes its sign, interpolated over the logarithm of the control.
        spans: Values at which a difference of 0 is not excluded; they cover a change of places in 95 % of sweeps.
        seeds: Those that have a difference at every value.
        values: Those that have differences.
    """

    at: tuple[float, ...]
    spans: tuple[Span, ...]
    seeds: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saving:
    """How many training rows the treatment needs to be as good as the control is with `n`.

    Attributes:
        n: Training rows of the control.
        needed: Of the treatment; -infinite if fewer than were tried, infinite if more.
        spans: Numbers that are not excluded; they cover the true one in 95 % of sweeps.
    """

    n: int
    needed: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepContrast:
    """A contrast over all values.

    Attributes:
        contrast: What was asked.
        cells: At every value.
        overall: On the mean over all values, taken within each seed that has them all; adjusted for the contrasts on the metric.
        rule: By which `overall` was reached.
        crossovers: Where the arms change places; None where values are no numbers, or fewer than two seeds have all of them.
        savings: Of a sweep over training rows, for every value.
    """

    contrast: Contrast
    cells: tuple[CellVerdict, ...]
    overall: Verdict
    rule: Rule
    crossovers: Crossovers | None
    savings: tuple[Saving, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TunedArm:
    """An arm at the learning rate of its own that was selected.

    Attributes:
        arm: Its name.
        rate: With the highest mean validation accuracy, the smaller one of equals; None if no run was completed.
        validation: Mean validation accuracy by rate; NaN where no run was completed.
        at_edge: Whether the rate is the least or the largest one tried.
        passed_over: Rates at which fewer seeds were completed than at others.
    """

    arm: str
    rate: float | None
    validation: dict[float, float]
    at_edge: bool
    passed_over: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TunedContrast:
    """A contrast between two arms that have each their own rate.

    Attributes:
        contrast: What was asked.
        differences: Treatment minus control by seed, each at its own rate.
        verdict: Adjusted by Holm for the study's contrasts on the metric.
        rule: By which it was reached.
        common: The verdict where both have the common rate, adjusted for the same contrasts.
    """

    contrast: Contrast
    differences: dict[int, float]
    verdict: Verdict
    rule: Rule
    common: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuned:
    """What becomes of the study when each arm has its own learning rate.

    Attributes:
        arms: Their rates.
        contrasts: At these.
        common: The rate that all arms have otherwise: the study's own if it was tried, else the one with the highest validation
            accuracy on the mean over arms.
        common_is_own: Which of the two.
    """

    arms: tuple[TunedArm, ...]
    contrasts: tuple[TunedContrast, ...]
    common: float
    common_is_own: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A sentence that limits what is concluded at some values.

    Attributes:
        values: At which.
        sentence: What; of a finding, the evidence at the first of the values.
        kind: Of a finding; empty of a caveat.
        about: The contrast; empty for all.
        severity: Of a finding; None of a caveat.
        remedy: What to do about it.
    """

    values: tuple[Value, ...]
    sentence: str
    kind: str = ""
    about: str = ""
    severity: Severity | None = None
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepAnalysis:
    """A sweep's results. They are not to be read without `limits`.

    Attributes:
        sweep: What was repeated over what.
        studies: The study at every value, without results.
        seeds: Of every cell.
        curves: One per metric and arm; metrics in the order of the contrasts, the validation accuracy last.
        contrasts: In the study's order.
        tuned: Of a sweep over the learning rate.
        limits: What limits all of it.
        missing: How many runs have no score.
    """

    sweep: SweepRecord
    studies: tuple[StudyRecord, ...]
    seeds: tuple[int, ...]
    curves: tuple[ArmCurve, ...]
    contrasts: tuple[SweepContrast, ...]
    tuned: Tuned | None
    limits: tuple[Limit, ...]
    missing: int

    def metric_curves(self, metric: str) -> tuple[ArmCurve, ...]:
        """Return the arms' curves of one metric."""
        return tuple(curve for curve in self.curves if curve.metric == metric)
