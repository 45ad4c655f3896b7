"""How sure a model is where it is wrong."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel, checked_probabilities
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class WrongConfidence:
    """Mean probability of the predicted class over all test examples that are predicted wrongly; undefined of a model without errors.

    Args:
        name: Of its metric.
    """

    name: str = "wrong_confidence"

    unit: ClassVar[str] = "probability"
    rises: ClassVar[bool] = False
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Hendrycks and Gimpel (2017), A baseline for detecting misclassified and out-of-distribution examples, arXiv 1610.02136"
    )

    def __post_init__(self) -> None:
        check(self.name)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:  # noqa: ARG002 -- nothing is drawn
        """Return the mean."""
        probabilities = checked_probabilities(model, data)
        wrong = probabilities[probabilities.argmax(axis=1) != data.y]
        return float(wrong.max(axis=1).mean()) if len(wrong) else float("nan")
