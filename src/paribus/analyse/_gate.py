"""What a gate has found."""

from dataclasses import dataclass

from paribus.evidence import Harm, HarmTest
from paribus.study import Contrast


@dataclass(frozen=True, kw_only=True, slots=True)
class GateResult:
    """A candidate against a baseline.

    Attributes:
        study: Name of the study.
        contrast: Candidate minus baseline, with the metric and the margin.
        baseline: "arm 'conv'", or the file.
        candidate_scores: By seed.
        baseline_scores: By seed.
        test: What is concluded.
        identical: Whether both are the same in all that determines their numbers.
        problems: Which seeds have no pair, and why.
    """

    study: str
    contrast: Contrast
    baseline: str
    candidate_scores: dict[int, float]
    baseline_scores: dict[int, float]
    test: HarmTest
    identical: bool
    problems: tuple[str, ...]

    @property
    def harm(self) -> Harm:
        """What is concluded; the same model does itself no harm."""
        return Harm.NONE if self.identical else self.test.harm
