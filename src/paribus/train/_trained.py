"""A trained model as probes see it: arrays on the host in, arrays on the host out."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from paribus.backend import keras
from paribus.probes import FeatureMap
from paribus.train.engines import Engine, Inference


class Trained:
    """A model with a run's weights.

    Args:
        engine: Of its arm.
        inference: The model with the weights.
        batch_size: How many examples it takes at once unless somebody says otherwise.
        takes_logits: Whether what it puts out is no probability until it has been through a softmax.
        test: The test examples.
        test_outputs: Returns what the model put out for all of them when the test was scored; asked once, if at all.
    """

    def __init__(
        self,
        engine: Engine,
        inference: Inference,
        *,
        batch_size: int,
        takes_logits: bool,
        test: NDArray[np.float32],
        test_outputs: Callable[[], NDArray[np.float32]],
    ) -> None:
        self.batch_size = batch_size
        self._engine = engine
        self._inference = inference
        self._takes_logits = takes_logits
        self._test = test
        self._test_outputs = test_outputs

    def __call__(self, x: NDArray[np.float32], *, batch_size: int | None = None) -> NDArray[np.float32]:
        """Return the probabilities of the classes."""
        if x is self._test and batch_size is None:
            return self._of_test
        outputs = [
            (self._inference.outputs(self._engine.place(batch)), n)
            for batch, n in _filled(x, batch_size or self.batch_size)
        ]
        return self._as_probabilities(np.concatenate([_on_host(each, n) for each, n in outputs]))

    def feature_maps(self, x: NDArray[np.float32]) -> tuple[FeatureMap, ...]:
        """Return the feature maps of the layers with a kernel."""
        if not self._inference.sites:
            return ()
        batches = [
            [_on_host(each, n) for each in self._inference.maps(self._engine.place(batch))]
            for batch, n in _filled(x, self.batch_size)
        ]
        return tuple(
            FeatureMap(name=site.name, jump=site.jump, values=np.concatenate(parts))
            for site, parts in zip(self._inference.sites, zip(*batches, strict=True), strict=True)
        )

    @cached_property
    def _of_test(self) -> NDArray[np.float32]:
        found = self._as_probabilities(self._test_outputs())
        found.flags.writeable = False
        return found

    def _as_probabilities(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        return _softmax(outputs) if self._takes_logits else outputs


def _filled(x: NDArray[np.float32], size: int) -> list[tuple[NDArray[np.float32], int]]:
    """Return batches of one size, and how many examples of each count; the last one is filled up with its last example."""
    batches = [x[first : first + size] for first in range(0, len(x), size)]
    rows = np.arange(size)
    return [
        (batch if len(batch) == size else batch[rows.clip(max=len(batch) - 1)], len(batch))
        for batch in batches
    ]


def _on_host(array: object, n: int) -> NDArray[np.float32]:
    """Return the first `n` rows as an array of this process' own."""
    return np.array(keras().ops.convert_to_numpy(array)[:n], np.float32)


def _softmax(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
