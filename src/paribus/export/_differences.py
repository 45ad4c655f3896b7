"""One row per contrast and seed: the two scores, and treatment minus control."""

from typing import NamedTuple

from paribus.analyse import ContrastResult
from paribus.export._export import Export
from paribus.export._table import Field, Kind, Table, field, table

_UNIT = "of the metric"


class Pair(NamedTuple):
    """The two scores of a contrast at one seed; None of a run without one."""

    study_id: str
    result: ContrastResult
    seed: int
    treatment: float | None
    control: float | None

    @property
    def difference(self) -> float | None:
        """Treatment minus control; None unless there are both."""
        if self.treatment is None or self.control is None:
            return None
        return self.treatment - self.control


def difference_table(export: Export) -> Table:
    """Return the table `differences`."""
    scores = {
        (arm.arm, score.seed, metric): value
        for arm in export.analysis.arms
        for score in arm.seeds
        for metric, value in score.metrics.items()
    }
    items = [
        Pair(
            export.study.study_id,
            result,
            seed,
            scores.get((result.contrast.treatment, seed, result.contrast.metric)),
            scores.get((result.contrast.control, seed, result.contrast.metric)),
        )
        for result in export.analysis.contrasts
        for seed in export.analysis.seeds
    ]
    return table("differences", _FIELDS, items)


_FIELDS: tuple[Field[Pair], ...] = (
    field("study_id", Kind.TEXT, "As in runs.", lambda pair: pair.study_id),
    field("contrast", Kind.TEXT, "As in contrasts.", lambda pair: pair.result.contrast.label),
    field("metric", Kind.TEXT, "As in contrasts.", lambda pair: pair.result.contrast.metric),
    field("treatment", Kind.TEXT, "Name of an arm.", lambda pair: pair.result.contrast.treatment),
    field("control", Kind.TEXT, "Name of another.", lambda pair: pair.result.contrast.control),
    field("seed", Kind.INTEGER, "Of both runs.", lambda pair: pair.seed),
    field(
        "treatment_score",
        Kind.NUMBER,
        "The metric of the treatment's run; none if it has not completed.",
        lambda pair: pair.treatment,
        unit=_UNIT,
    ),
    field(
        "control_score",
        Kind.NUMBER,
        "The same of the control's.",
        lambda pair: pair.control,
        unit=_UNIT,
    ),
    field(
        "difference",
        Kind.NUMBER,
        "Treatment minus control; none unless both have completed.",
        lambda pair: pair.difference,
        unit=_UNIT,
    ),
    field(
        "counted",
        Kind.BOOLEAN,
        "Whether the verdict rests on it.",
        lambda pair: pair.seed in pair.result.differences,
    ),
)
