"""Probes on runs whose weights are kept: arms are built anew, and given them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.errors import ParibusError
from paribus.memory import keep_memory
from paribus.records import ProbeOutcome, RunSpec
from paribus.study import Study
from paribus.train._arms import Arms
from paribus.train._probing import measure
from paribus.train._weights import decode_weights
from paribus.train.engines import Engine, State


@dataclass(frozen=True, slots=True)
class Measurement:
    """A stored run that is to be measured: its weights, and the names of the probes."""

    spec: RunSpec
    weights: bytes
    probes: tuple[str, ...]


class StoredRuns:
    """Work for an executor: measures runs of one study.

    Args:
        study: At the sizes at which it was trained; it declares the probes.
    """

    def __init__(self, study: Study) -> None:
        keep_memory()
        self._study = study
        self._arms = Arms(study)

    def __call__(self, measurement: Measurement, _tell: Any) -> tuple[ProbeOutcome, ...] | str:
        """Return what the probes measure, or in a sentence why none could be tried."""
        if not measurement.weights:
            return "Its weights are not those that were kept: the file is damaged."
        probes = [probe for probe in self._study.probes if probe.name in measurement.probes]
        try:
            engine, state = self._trained(measurement)
        except Exception as error:  # noqa: BLE001 -- an arm's builder may raise anything
            return str(error) if isinstance(error, ParibusError) else f"{type(error).__name__}: {error}"
        outputs = partial(self._test_outputs, engine, state)
        return measure(self._study, probes, engine, state, test_outputs=outputs, seed=measurement.spec.seed)

    def _test_outputs(self, engine: Engine, state: State) -> NDArray[np.float32]:
        """Score the test as it was scored when the run ended, and return what the model puts out."""
        test = self._study.dataset.test
        return engine.evaluate(
            state,
            engine.place(test.x),
            engine.place(test.y),
            batch_size=self._study.recipe.batch_size,
            keep_outputs=True,
        ).outputs

    def _trained(self, measurement: Measurement) -> tuple[Engine, State]:
        engine, state, _ = self._arms.ready(measurement.spec)
        arrays = engine.to_arrays(state)
        n = len(state.trainable) + len(state.non_trainable)
        weights = decode_weights(measurement.weights, arrays[:n])
        return engine, engine.from_arrays([*weights, *arrays[n:]])
