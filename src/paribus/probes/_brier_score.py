"""How far the probabilities of all classes are from what is true."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel, checked_probabilities
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class BrierScore:
    """Squared distance between the probabilities and the one-hot label, mean over all test examples: 0 at best, 2 at worst.

    Args:
        name: Of its metric.
    """

    name: str = "brier_score"

    unit: ClassVar[str] = ""
    rises: ClassVar[bool] = False
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "Brier (1950), Verification of forecasts expressed in terms of probability"

    def __post_init__(self) -> None:
        check(self.name)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:  # noqa: ARG002 -- nothing is drawn
        """Return the score."""
        distances = checked_probabilities(model, data)
        distances[np.arange(len(data)), data.y] -= 1
        return float((distances**2).sum(axis=1).mean())
