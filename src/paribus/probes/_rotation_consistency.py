"""Whether a model says the same of an image however it is turned."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._agreement import agreement
from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._images import Border, Images, turned
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class RotationConsistency:
    """Share of test images whose predicted class is the same after two random turns of up to `degrees` either way.

    Args:
        degrees: The largest angle; all up to it have the same chance.
        border: What comes in from outside.
        examples: On how many test images; None for all.
        name: Of its metric.
    """

    degrees: int = 30
    border: Border = "zero"
    examples: int | None = 500
    name: str = "rotation_consistency"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = "consistency of Zhang (2019), arXiv 1904.11486, under rotation"

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, degrees=self.degrees)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:
        """Return the share."""

        def at_random(x: Images) -> Images:
            return turned(x, rng.uniform(-self.degrees, self.degrees, size=len(x)), self.border)

        images = data.sampled(self.examples, rng).x
        return agreement(model, at_random(images), at_random(images))
