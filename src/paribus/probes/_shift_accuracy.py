"""Accuracy on images that are moved."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._curve import accuracy_curve, curve_metrics
from paribus.probes._images import Border, Images, Shifts, moved
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftAccuracy:
    """Accuracy when every image is moved by (dx, dy) whole pixels, at each distance up to `pixels`, and the mean over distances.

    The distance is the larger of |dx| and |dy|; of all shifts at a distance, each image gets one at random. At 0 it is plain accuracy on
    the same images.

    Args:
        pixels: The largest distance. Of the ink of MNIST's test images, shifts of 4 push 1 % out of the image, 6 would push out 7 %.
        border: What comes in from outside.
        examples: On how many test images; None for all.
        name: Before each metric: "shift_2px_accuracy", "shift_mean_accuracy".
    """

    pixels: int = 4
    border: Border = "zero"
    examples: int | None = 500
    name: str = "shift"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Azulay and Weiss (2019), Why do deep convolutional networks generalize so poorly to small image transformations?, "
        "arXiv 1805.12177"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, pixels=self.pixels)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The accuracy at each distance, and their mean."""
        return curve_metrics(self.name, range(1, self.pixels + 1), "px")

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> dict[str, float]:
        """Return the curve and its mean."""

        def changed(x: Images, distance: int) -> Images:
            return moved(x, shifts_at(distance, len(x), rng), self.border)

        return accuracy_curve(
            model,
            data.sampled(self.examples, rng),
            name=self.name,
            levels=range(1, self.pixels + 1),
            unit="px",
            changed=changed,
        )


def shifts_at(distance: int, n: int, rng: np.random.Generator) -> Shifts:
    """Draw `n` shifts whose larger part is the distance, each of the 8 × distance with the same chance."""
    side, along = rng.integers(4, size=n), rng.integers(-distance, distance, size=n)
    down = np.choose(side, [np.full(n, -distance), along, np.full(n, distance), -along])
    right = np.choose(side, [along, np.full(n, distance), -along, np.full(n, -distance)])
    return Shifts(down, right)
