"""What an analysis is made of."""

from dataclasses import dataclass

from paribus.analyse._examples import Examples
from paribus.analyse._stage import Stage
from paribus.evidence import Pairing, Verdict
from paribus.fairness import Certificate
from paribus.records import Finding, ParameterCount
from paribus.study import Contrast, StudyRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A metric over those of an arm's completed seeds that have it. `mean` is NaN without seeds, `spread` (S - 1) with fewer than two."""

    n: int
    mean: float
    spread: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedScore:
    """One completed run's final metrics by name."""

    seed: int
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingRun:
    """A planned run without a score, and why."""

    arm: str
    seed: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmResult:
    """An arm's scores: every seed's, and their summary by metric."""

    arm: str
    parameters: ParameterCount | None
    seeds: tuple[SeedScore, ...]
    summaries: dict[str, Summary]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastResult:
    """Treatment minus control over the seeds that both completed, in the metric's unit.

    It is not to be read without its caveats and findings.

    Attributes:
        contrast: What was asked.
        differences: By seed, those that the verdict rests on.
        verdict: What may be concluded, and from what.
        pairing: What pairing by seed gained.
        promise: The chance that all seeds of a study with looks will decide it, as far as it goes; NaN where nobody asked.
        examples: What single test examples say, of contrasts on test accuracy.
        caveats: What limits the difference.
        certificate: What differs between the arms.
        findings: What can be said against the difference.
    """

    contrast: Contrast
    differences: dict[int, float]
    verdict: Verdict
    pairing: Pairing
    promise: float
    examples: Examples | None
    caveats: tuple[str, ...]
    certificate: Certificate
    findings: tuple[Finding, ...]

    @property
    def n(self) -> int:
        """How many pairs of runs there are."""
        return self.verdict.n


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyResult:
    """One question asked in several cells: `cells` by word, in their order, and a verdict on the mean over all of them."""

    family: str
    metric: str
    margin: float | None
    cells: dict[str, tuple[str, ...]]
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """A study's results. They are not to be read without `caveats` and `findings`; those about a contrast are with the contrast."""

    study: StudyRecord
    seeds: tuple[int, ...]
    stage: Stage
    arms: tuple[ArmResult, ...]
    contrasts: tuple[ContrastResult, ...]
    families: tuple[FamilyResult, ...]
    missing: tuple[MissingRun, ...]
    caveats: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """What may be concluded, by contrast."""
        return {result.contrast.label: result.verdict for result in self.contrasts}
