"""Whether a model is as often right as it is sure."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from paribus.probes._base import ProbeData, TrainedModel, checked_probabilities
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationError:
    """Expected calibration error of the predicted class, with bins of equal mass, over all test examples.

    Examples are put in order of the probability of their predicted class and cut into bins of equal number; the error is the mean over
    bins, weighted by their examples, of |accuracy − mean probability|. Bins of equal width would put nearly all examples of a good model
    into the last one. Examples with the same probability count with their common accuracy, so that their order does not matter.

    Args:
        bins: How many; fewer where there are fewer examples.
        name: Of its metric.
    """

    bins: int = 15
    name: str = "calibration_error"

    unit: ClassVar[str] = "probability"
    rises: ClassVar[bool] = False
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, arXiv 1706.04599; bins of equal mass: Nguyen and "
        "O'Connor (2015), arXiv 1508.05154"
    )

    def __post_init__(self) -> None:
        check(self.name, bins=self.bins)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:  # noqa: ARG002 -- nothing is drawn
        """Return the error."""
        probabilities = checked_probabilities(model, data)
        return calibration_error(
            probabilities.max(axis=1), probabilities.argmax(axis=1) == data.y, bins=self.bins
        )


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_], *, bins: int) -> float:
    """Return the error.

    Args:
        confidence: Probability of the predicted class. Shape `(n,)`.
        right: Whether it is the label. Shape `(n,)`.
        bins: Of equal mass; where `n` is no multiple, the first ones have one example more.
    """
    values, place = np.unique(confidence, return_inverse=True)
    common = np.bincount(place, right) / np.bincount(place)
    gaps = np.sort(place)
    parts = np.array_split(common[gaps] - values[gaps], min(bins, len(confidence)))
    return float(sum(abs(part.sum()) for part in parts) / len(confidence))
