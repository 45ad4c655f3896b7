"""Whether features move as their image does."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from paribus.errors import ProbeError
from paribus.probes._base import FeatureMap, ProbeData, TrainedModel
from paribus.probes._images import Border, Images, Shifts, moved
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class Equivariance:
    """Cosine similarity between features of a moved image and moved features of the image, by layer: 1 if they move along exactly.

    A map is that of a layer with a kernel and all that follows up to the next one: normalisation, activation, pooling. Maps are counted
    from the input, so that arms are compared at the same depth; where an arm has fewer, the others are undefined. Maps coarser than
    the image are repeated to its resolution first. Each image is moved by up to `pixels` along each axis, and a border as wide is left
    out of the comparison: nobody can know what came in there.

    Args:
        layers: Of how many maps, from the input on; the last one of all is measured besides.
        pixels: The largest shift along an axis.
        border: What comes in from outside.
        examples: On how many test images; None for all.
        name: Before each metric: "equivariance_layer_1", "equivariance_last_layer".
    """

    layers: int = 2
    pixels: int = 4
    border: Border = "zero"
    examples: int | None = 64
    name: str = "equivariance"

    unit: ClassVar[str] = ""
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = True
    version: ClassVar[int] = 1
    source: ClassVar[str] = (
        "Zhang (2019), Making convolutional networks shift-invariant again, arXiv 1904.11486, equation 2 and figure 5"
    )

    def __post_init__(self) -> None:
        check(self.name, examples=self.examples, border=self.border, pixels=self.pixels, layers=self.layers)

    @property
    def metrics(self) -> tuple[str, ...]:
        """One number for each of the first layers, and one for the last."""
        return (
            *(f"{self.name}_layer_{layer}" for layer in range(1, self.layers + 1)),
            f"{self.name}_last_layer",
        )

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> dict[str, float]:
        """Return the similarity at each layer."""
        images: Images = data.sampled(self.examples, rng).x
        if 2 * self.pixels >= min(images.shape[1:3]):
            raise ProbeError(
                f"Shifts of {self.pixels} pixels leave nothing of images of shape {images.shape[1:3]}."
            )
        shifts = Shifts(*rng.integers(-self.pixels, self.pixels + 1, size=(2, len(images))))
        still = model.feature_maps(images)
        if not still:
            raise ProbeError("The model has no layers whose outputs keep places apart.")
        along = model.feature_maps(moved(images, shifts, self.border))
        found = [
            similarity(one, other, shifts, margin=self.pixels)
            for one, other in zip(still, along, strict=True)
        ]
        first = [*found[: self.layers], *[float("nan")] * (self.layers - len(found))]
        return dict(zip(self.metrics, [*first, found[-1]], strict=True))


def similarity(still: FeatureMap, along: FeatureMap, shifts: Shifts, *, margin: int) -> float:
    """Return the mean over images of the cosine between a map that is moved and the map of the moved image.

    Args:
        still: Of the images.
        along: Of the moved images.
        shifts: By how much each was moved.
        margin: How wide a border is left out, in pixels; no shift is larger.

    Returns:
        In [-1, 1]; two maps of zeros are the same, 1. NaN of a map that the border leaves nothing of.
    """
    one, other = (_at_resolution(each) for each in (still, along))
    inner = (slice(None), *(slice(margin, size - margin) for size in one.shape[1:3]))
    expected, got = moved(one, shifts, "edge")[inner], other[inner]
    if not expected.size:
        return float("nan")
    return float(_cosine(expected.reshape(len(one), -1), got.reshape(len(one), -1)).mean())


def _at_resolution(features: FeatureMap) -> Images:
    """Return a map whose places are one input apart."""
    values = features.values
    for axis, jump in enumerate(features.jump, start=1):
        values = np.repeat(values, jump, axis=axis)
    return values


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosine of each row's angle; 1 where the rows are equal, zeros included."""
    products = np.einsum("nf,nf->n", one, other, dtype=np.float64)
    squares = [np.einsum("nf,nf->n", each, each, dtype=np.float64) for each in (one, other)]
    lengths = np.sqrt(squares[0] * squares[1])
    equal = (one == other).all(axis=1)
    return np.where(equal, 1.0, products / np.where(lengths > 0, lengths, 1.0))
