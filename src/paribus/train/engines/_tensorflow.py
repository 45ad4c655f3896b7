"""What Keras leaves to TensorFlow."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from paribus.backend import Array, Model, Optimizer, tensorflow
from paribus.train.engines._portable import LossAndOutputs

VERSION = 1
"""Raised whenever a change to the portable engine, or here, changes the numbers of a run on TensorFlow."""


class TensorFlowToolkit:
    """Graphs traced once per shape, and gradient tapes."""

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a `tf.function`; Keras' own steps leave AutoGraph out, too."""
        return tensorflow().function(function, autograph=False)

    def prepare(self, function: Any, *arguments: Array) -> None:
        """Trace the function for arguments of these shapes."""
        function.get_concrete_function(*arguments)

    def descend(
        self, forward: Callable[[], LossAndOutputs], model: Model, optimizer: Optimizer
    ) -> LossAndOutputs:
        """Take one step against the gradient of the loss."""
        with tensorflow().GradientTape() as tape:
            result = forward()
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(result.loss, [each.value for each in variables]), variables)
        return result

    def seeded(self, entropy: Sequence[int]) -> AbstractContextManager[Any]:  # noqa: ARG002 -- see below
        """Return a context that does nothing: Keras draws from states of its own on TensorFlow."""
        return nullcontext()

    def without_gradients(self) -> AbstractContextManager[Any]:
        """Return a context that does nothing: only a tape remembers."""
        return nullcontext()


def kind() -> str:
    """Return what TensorFlow computes on: "cpu", "gpu"."""
    return tensorflow().config.list_logical_devices()[-1].device_type.lower()


def device() -> str:
    """Return the kind and name of the device that trains."""
    found = tensorflow().config.list_physical_devices()[-1]
    details = tensorflow().config.experimental.get_device_details(found)
    return f"{found.device_type.lower()}: {details.get('device_name', found.device_type.lower())}"


def versions() -> dict[str, str]:
    """Return the versions of what changes numbers."""
    return {"tensorflow": tensorflow().__version__}
