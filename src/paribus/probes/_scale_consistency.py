"""Whether a model says the same of an image at whatever size."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._agreement import agreement
from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._images import Border, Images, stretched
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleConsistency:
    """Share of test images whose predicted class is the same at two random sizes, up to `percent` larger or as much smaller.

    Args:
        percent: The largest change; the logarithm of the factor is uniform.
        border: What comes in from outside where an image is shrunk.
        examples: On how many test images; None for all.
        name: Of its metric.
    """

    percent: int = 30
    border: Border = "zero"
    examples: int | None = 500
    name: str = "scale_consistency"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = "consistency of Zhang (2019), arXiv 1904.11486, under changes of size"

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, percent=self.percent)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:
        """Return the share."""

        def at_random(x: Images) -> Images:
            return stretched(x, (1 + self.percent / 100) ** rng.uniform(-1, 1, size=len(x)), self.border)

        images = data.sampled(self.examples, rng).x
        return agreement(model, at_random(images), at_random(images))
