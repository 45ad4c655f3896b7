"""Accuracy on images of which a part is covered."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._curve import accuracy_curve, curve_metrics
from paribus.probes._images import Images
from paribus.probes._occlusion import covered_at_random
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class OcclusionAccuracy:
    """Accuracy when a square of zeros covers a part of every image, somewhere within it, and the mean over the square's sides.

    Zero is MNIST's background, so that a stroke is taken away and nothing is added.

    Args:
        pixels: Sides of the square, rising.
        examples: On how many test images; None for all.
        name: Before each metric: "occlusion_8px_accuracy", "occlusion_mean_accuracy".
    """

    pixels: tuple[int, ...] = (4, 8, 12)
    examples: int | None = 500
    name: str = "occlusion"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Zeiler and Fergus (2014), Visualizing and understanding convolutional networks, arXiv 1311.2901; a random square as in "
        "DeVries and Taylor (2017), arXiv 1708.04552"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, levels=self.pixels)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The accuracy at each side, and their mean."""
        return curve_metrics(self.name, self.pixels, "px")

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> dict[str, float]:
        """Return the curve and its mean."""

        def changed(x: Images, side: int) -> Images:
            return covered_at_random(x, side, rng)

        return accuracy_curve(
            model,
            data.sampled(self.examples, rng),
            name=self.name,
            levels=self.pixels,
            unit="px",
            changed=changed,
        )
