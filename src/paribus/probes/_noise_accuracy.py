"""Accuracy on examples with noise."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._curve import accuracy_curve, curve_metrics
from paribus.probes._noise import noisy
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class NoiseAccuracy:
    """Accuracy when normal noise is added to every value, and the mean over its levels.

    Args:
        percent: Standard deviations of the noise, rising, in percent of the test examples' range, to which it is clipped: raw and divided
            pixels are disturbed alike, and stay pixels.
        examples: On how many test examples; None for all.
        name: Before each metric: "noise_20pct_accuracy", "noise_mean_accuracy".
    """

    percent: tuple[int, ...] = (10, 20, 30)
    examples: int | None = 500
    name: str = "noise"

    unit: ClassVar[str] = "share"
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Hendrycks and Dietterich (2019), Benchmarking neural network robustness to common corruptions and perturbations, "
        "arXiv 1903.12261"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, levels=self.percent)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The accuracy at each level, and their mean."""
        return curve_metrics(self.name, self.percent, "pct")

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> dict[str, float]:
        """Return the curve and its mean."""

        def changed(x: NDArray[np.float32], percent: int) -> NDArray[np.float32]:
            return noisy(x, percent / 100, low=data.low, high=data.high, rng=rng)

        return accuracy_curve(
            model,
            data.sampled(self.examples, rng),
            name=self.name,
            levels=self.percent,
            unit="pct",
            changed=changed,
        )
