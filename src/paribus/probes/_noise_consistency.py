"""Whether a model says the same of an example under any noise."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._agreement import agreement
from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._noise import noisy
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class NoiseConsistency:
    """Share of test examples whose predicted class is the same under two draws of normal noise.

    Args:
        percent: Standard deviation of the noise, in percent of the test examples' range, to which it is clipped.
        examples: On how many test examples; None for all.
        name: Of its metric.
    """

    percent: int = 20
    examples: int | None = 500
    name: str = "noise_consistency"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "consistency of Zhang (2019), arXiv 1904.11486, under noise"

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, percent=self.percent)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:
        """Return the share."""
        x = data.sampled(self.examples, rng).x
        first, second = (
            noisy(x, self.percent / 100, low=data.low, high=data.high, rng=rng) for _ in range(2)
        )
        return agreement(model, first, second)
