"""Whether a model says the same of an image whichever part is covered."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._agreement import agreement
from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._occlusion import covered_at_random
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class OcclusionConsistency:
    """Share of test images whose predicted class is the same with two random squares of zeros on them, one at a time.

    Args:
        pixels: Side of the square.
        examples: On how many test images; None for all.
        name: Of its metric.
    """

    pixels: int = 8
    examples: int | None = 500
    name: str = "occlusion_consistency"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = "consistency of Zhang (2019), arXiv 1904.11486, under occlusion"

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, pixels=self.pixels)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:
        """Return the share."""
        images = data.sampled(self.examples, rng).x
        first, second = (covered_at_random(images, self.pixels, rng) for _ in range(2))
        return agreement(model, first, second)
