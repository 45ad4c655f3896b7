"""What every probe promises; `paribus.testing.ProbeContract` holds it to that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from paribus.errors import ProbeError


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMap:
    """What a stretch of a model's layers puts out, with its places kept apart.

    Attributes:
        name: Of the last layer of the stretch.
        jump: Inputs of the model from one place to the next, along each axis.
        values: Shape `(n, *places, channels)`.
    """

    name: str
    jump: tuple[int, ...]
    values: NDArray[np.float32]


class TrainedModel(Protocol):
    """A model after its last epoch, in inference mode, with the statistics it was scored by."""

    @property
    def batch_size(self) -> int:
        """How many examples it takes at once unless somebody says otherwise."""
        ...

    def __call__(self, x: NDArray[np.float32], *, batch_size: int | None = None) -> NDArray[np.float32]:
        """Return the probabilities of the classes. Every batch has the same shape, the last one filled up and cut.

        Args:
            x: As the dataset holds them. Shape `(n, *example_shape)`.
            batch_size: How many at once.

        Returns:
            Shape `(n, classes)`; what the model puts out, through a softmax where the loss takes logits.
        """
        ...

    def feature_maps(self, x: NDArray[np.float32]) -> tuple[FeatureMap, ...]:
        """Return what each layer with a kernel puts out, with all that follows up to the next one, as long as places are kept apart.

        Empty of a model without any, and of one whose layers Keras does not tell.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ProbeData:
    """Test examples that a probe measures on.

    Attributes:
        x: Read-only. Shape `(n, *example_shape)`.
        y: Labels. Shape `(n,)`.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.y)

    @property
    def low(self) -> float:
        """The least value of any example: 0 in MNIST, whether pixels are raw or divided."""
        return float(self.x.min())

    @property
    def high(self) -> float:
        """The largest value of any example: 255 or 1 in MNIST."""
        return float(self.x.max())

    def sampled(self, examples: int | None, rng: np.random.Generator) -> "ProbeData":
        """Return so many examples, drawn without replacement; all in their order if there are no more, or None is asked for."""
        if examples is None or examples >= len(self):
            return self
        rows = np.sort(rng.permutation(len(self))[:examples])
        return ProbeData(self.x[rows], self.y[rows])


class Probe(Protocol):
    """Measures numbers on a trained model; a frozen dataclass whose fields are all that determines them."""

    @property
    def name(self) -> str:
        """Finds its random stream and its line in a table; a study has one probe of a name."""
        ...

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the numbers it measures, by which contrasts ask for them; known before anything is trained."""
        ...

    unit: ClassVar[str]
    """Of its numbers: "share" of examples, "probability", "s"; empty for one without."""

    rises: ClassVar[bool]
    """Whether more is better."""

    needs_images: ClassVar[bool]
    """Whether examples must have two axes of places: height × width, or height × width × channels."""

    source: ClassVar[str]
    """Where it was published, or how it is defined."""

    version: ClassVar[int]
    """Raised whenever a change to its code changes its numbers; part of its identity."""

    def __call__(
        self, model: TrainedModel, data: ProbeData, rng: np.random.Generator
    ) -> Mapping[str, float] | float:
        """Measure.

        Args:
            model: What is measured.
            data: The test examples; not to be changed.
            rng: The probe's own stream of the run's seed, the same in every arm.

        Returns:
            Its one number, or one for each of `metrics`. What is undefined is NaN.

        Raises:
            ProbeError: It cannot measure this model on these data.
        """
        ...


def is_image_shape(example_shape: tuple[int, ...]) -> bool:
    """Whether examples are height × width, or height × width × channels."""
    return len(example_shape) in {2, 3}


def checked_probabilities(model: TrainedModel, data: ProbeData) -> NDArray[np.float64]:
    """Return the probabilities of all examples. Shape `(n, classes)`.

    Raises:
        ProbeError: What the model puts out is none.
    """
    outputs = np.asarray(model(data.x), np.float64)
    sums = outputs.sum(axis=1)
    if not np.isfinite(outputs).all():
        raise ProbeError("The model's outputs are not all finite, so they are no probabilities.")
    if outputs.min() < 0 or np.abs(sums - 1).max() > 1e-3:
        raise ProbeError(
            f"The model's outputs are no probabilities: they reach from {outputs.min():.3g} to {outputs.max():.3g}, and those of an "
            f"example sum to {sums.min():.3g} to {sums.max():.3g}. End in softmax, or give the loss from_logits=True."
        )
    return outputs


def predicted(model: TrainedModel, x: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the class of the largest output. Shape `(n,)`."""
    return model(x).argmax(axis=1)


def accuracy(model: TrainedModel, x: NDArray[np.float32], y: NDArray[np.int32]) -> float:
    """Return the share of examples whose largest output is their label."""
    return float((predicted(model, x) == y).mean())
