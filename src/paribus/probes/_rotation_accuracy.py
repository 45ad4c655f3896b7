"""Accuracy on images that are turned."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._curve import accuracy_curve, curve_metrics
from paribus.probes._images import Border, Images, turned
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class RotationAccuracy:
    """Accuracy when every image is turned about its centre by an angle, one way or the other at random, and the mean over angles.

    Args:
        degrees: The angles, rising. Digits turned by 30 degrees are still read by people; a 6 and a 9 are 180 apart.
        border: What comes in from outside.
        examples: On how many test images; None for all.
        name: Before each metric: "rotation_10deg_accuracy", "rotation_mean_accuracy".
    """

    degrees: tuple[int, ...] = (10, 20, 30)
    border: Border = "zero"
    examples: int | None = 500
    name: str = "rotation"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Engstrom, Tran, Tsipras, Schmidt and Madry (2019), Exploring the landscape of spatial robustness, arXiv 1712.02779"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, levels=self.degrees)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The accuracy at each angle, and their mean."""
        return curve_metrics(self.name, self.degrees, "deg")

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> dict[str, float]:
        """Return the curve and its mean."""

        def changed(x: Images, degrees: int) -> Images:
            return turned(x, degrees * rng.choice([-1.0, 1.0], size=len(x)), self.border)

        return accuracy_curve(
            model,
            data.sampled(self.examples, rng),
            name=self.name,
            levels=self.degrees,
            unit="deg",
            changed=changed,
        )
