"""What a gate has found."""

from dataclasses import dataclass

from paribus.evidence import Harm, HarmTest
from paribus.records import Status
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
        lost: By seed, how the candidate's runs ended that have no score where the baseline has one.
        problems: Which seeds have no pair, and why.
    """

    study: str
    contrast: Contrast
    baseline: str
    candidate_scores: dict[int, float]
    baseline_scores: dict[int, float]
    test: HarmTest
    identical: bool
    lost: dict[int, Status]
    problems: tuple[str, ...]

    @property
    def harm(self) -> Harm:
        """What is concluded: a candidate that diverges does harm, one that has lost runs is not let through, and the same model does none."""
        if Status.DIVERGED in self.lost.values():
            return Harm.HARM
        if self.identical:
            return Harm.NONE
        return Harm.INCONCLUSIVE if self.lost and self.test.harm is Harm.NONE else self.test.harm
