"""What Keras leaves to Torch."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from paribus.backend import Array, Model, Optimizer, keras, torch
from paribus.train.engines._portable import LossAndOutputs

VERSION = 1
"""Raised whenever a change to the portable engine, or here, changes the numbers of a run on Torch."""


class TorchToolkit:
    """Nothing compiled, and gradients by `backward`."""

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function`: Torch runs it as it is."""
        return function

    def prepare(self, function: Callable[..., Any], *arguments: Array) -> None:
        """Do nothing: nothing is compiled."""

    def descend(
        self, forward: Callable[[], LossAndOutputs], model: Model, optimizer: Optimizer
    ) -> LossAndOutputs:
        """Take one step against the gradient of the loss."""
        model.zero_grad()
        loss, outputs = forward()
        loss.backward()
        variables = model.trainable_variables
        with torch().no_grad():
            optimizer.apply([each.value.grad for each in variables], variables)
        return LossAndOutputs(loss.detach(), outputs.detach())

    @contextmanager
    def seeded(self, entropy: Sequence[int]) -> Generator[None]:
        """Start Torch's global generator anew, from which Keras' unseeded dropout draws; put it back afterwards."""
        seed = np.random.SeedSequence([number % 2**32 for number in entropy]).generate_state(1)[0]
        cuda = [torch().cuda.current_device()] if torch().cuda.is_available() else []
        with torch().random.fork_rng(cuda):
            torch().manual_seed(int(seed))
            yield

    def without_gradients(self) -> AbstractContextManager[Any]:
        """Return a context without autograd."""
        return torch().no_grad()


def kind() -> str:
    """Return what Keras computes on: "cpu", "cuda", "mps"."""
    return str(keras().ops.zeros(()).device.type)


def device() -> str:
    """Return the kind and name of the device that trains."""
    here = kind()
    return f"{here}: {torch().cuda.get_device_name() if here == 'cuda' else here}"


def versions() -> dict[str, str]:
    """Return the versions of what changes numbers."""
    return {"torch": str(torch().__version__)}  # it is no plain string
