"""Whether a model says the same of an image wherever it lies."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._agreement import agreement
from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._images import Border, Images, Shifts, moved
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftConsistency:
    """Share of test images whose predicted class is the same after two random shifts of up to `pixels` along each axis.

    Args:
        pixels: The largest shift along an axis; all up to it have the same chance.
        border: What comes in from outside.
        examples: On how many test images; None for all.
        name: Of its metric.
    """

    pixels: int = 4
    border: Border = "zero"
    examples: int | None = 500
    name: str = "shift_consistency"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Zhang (2019), Making convolutional networks shift-invariant again, arXiv 1904.11486"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, pixels=self.pixels)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:
        """Return the share."""

        def shifted(x: Images) -> Images:
            down, right = rng.integers(-self.pixels, self.pixels + 1, size=(2, len(x)))
            return moved(x, Shifts(down, right), self.border)

        images = data.sampled(self.examples, rng).x
        return agreement(model, shifted(images), shifted(images))
