"""What every contrast's result rests on."""

from collections import defaultdict
from collections.abc import Sequence

from paribus.analyse._caveats import contrast_caveats
from paribus.analyse._contrasts import Paired, promised
from paribus.analyse._examples import RightAndWrong
from paribus.analyse._results import ContrastResult, MissingRun
from paribus.analyse._stage import Stage
from paribus.evidence import Verdict, pairing
from paribus.fairness import after_training, certificates, ranked
from paribus.records import Finding, RunRecord
from paribus.study import Contrast, StudyRecord

_BY_EXAMPLE = "test_accuracy"


class Grounds:
    """A study's runs, sorted once for all of its contrasts.

    Args:
        study: What was declared.
        reached: By which rule it is judged.
        records: The runs that have ended.
        missing: Those that have no score.
    """

    def __init__(
        self,
        study: StudyRecord,
        reached: Stage,
        records: Sequence[RunRecord],
        missing: Sequence[MissingRun],
    ) -> None:
        self._study = study
        self._reached = reached
        self._missing = missing
        self._by_arm: defaultdict[str, list[RunRecord]] = defaultdict(list)
        for record in records:
            self._by_arm[record.spec.arm].append(record)
        self._right = RightAndWrong(records, study.dataset)
        self._certificates = {made.contrast.label: made for made in certificates(study, records)}

    def result(self, pairs: Paired, verdict: Verdict) -> ContrastResult:
        """Return a contrast's verdict with all that it rests on and that limits it."""
        contrast, seeds = pairs.contrast, list(pairs.treatment)
        examples = None
        if contrast.metric == _BY_EXAMPLE:
            examples = self._right.between(contrast.treatment, contrast.control, seeds, verdict.interval)
        return ContrastResult(
            contrast=contrast,
            differences=pairs.differences,
            verdict=verdict,
            pairing=pairing(list(pairs.treatment.values()), list(pairs.control.values())),
            promise=promised(pairs, verdict, self._reached),
            examples=examples,
            caveats=contrast_caveats(pairs, verdict, self._missing),
            certificate=self._certificates[contrast.label],
            findings=self._findings(contrast),
        )

    def _findings(self, contrast: Contrast) -> tuple[Finding, ...]:
        known = [finding for finding in self._study.findings if finding.about == contrast.label]
        runs = [*self._by_arm[contrast.treatment], *self._by_arm[contrast.control]]
        return ranked([*known, *after_training(contrast, self._study, runs)])
