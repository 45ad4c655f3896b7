"""Accuracy on images that are enlarged or shrunk."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._curve import accuracy_curve, curve_metrics
from paribus.probes._images import Border, Images, stretched
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleAccuracy:
    """Accuracy when every image is enlarged by so many percent, or shrunk to what that would undo, at random, and the mean.

    Args:
        percent: By how much, rising. At 30 a digit of 20 pixels has 26 of MNIST's 28, or 15.
        border: What comes in from outside where an image is shrunk.
        examples: On how many test images; None for all.
        name: Before each metric: "scale_10pct_accuracy", "scale_mean_accuracy".
    """

    percent: tuple[int, ...] = (10, 20, 30)
    border: Border = "zero"
    examples: int | None = 500
    name: str = "scale"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Azulay and Weiss (2019), Why do deep convolutional networks generalize so poorly to small image transformations?, "
        "arXiv 1805.12177"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, levels=self.percent)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The accuracy at each size, and their mean."""
        return curve_metrics(self.name, self.percent, "pct")

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> dict[str, float]:
        """Return the curve and its mean."""

        def changed(x: Images, percent: int) -> Images:
            return stretched(x, (1 + percent / 100) ** rng.choice([-1.0, 1.0], size=len(x)), self.border)

        return accuracy_curve(
            model,
            data.sampled(self.examples, rng),
            name=self.name,
            levels=self.percent,
            unit="pct",
            changed=changed,
        )
