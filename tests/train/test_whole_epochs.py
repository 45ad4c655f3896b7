"""An epoch in one computation, as on accelerators, trains what steps from the host train."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from typing import Any

import numpy as np
import pytest

from paribus.study import Recipe
from paribus.testing import EngineContract
from paribus.train._objective import make_objective, make_optimizer
from paribus.train.engines._jax import JaxEngine


class TestWholeEpochs(EngineContract):
    def make(self, model: Any, recipe: Recipe, *, whole_epochs: bool = True) -> JaxEngine:
        return JaxEngine(
            model,
            make_objective(recipe, self.classes),
            make_optimizer(recipe),
            input_shape=(self.width,),
            fast_layers=True,
            native_kernels=False,
            whole_epochs=whole_epochs,
        )

    def test_they_equal_steps_from_the_host(self) -> None:
        """Three epochs with moving statistics, random layers and a last smaller batch: losses to 1e-4."""
        recipe = Recipe(optimizer="adam", batch_size=self.batch_size, metrics=("mean_squared_error",))
        order = np.arange(self.rows, dtype=np.int32)[::-1].copy()
        losses: list[list[float]] = []
        for whole_epochs in (False, True):
            engine = self.make(model := self.model(), recipe, whole_epochs=whole_epochs)
            state, seen = engine.start(model), list[float]()
            for _ in range(3):
                state, means = engine.train_epoch(
                    state, *self.data(engine), order, batch_size=self.batch_size
                )
                scores = engine.evaluate(state, *self.data(engine), batch_size=self.batch_size)
                seen += [means.loss, scores.loss, means.metrics["mean_squared_error"]]
            losses.append(seen)
        assert losses[0] == pytest.approx(losses[1], rel=1e-4)

    def test_two_computations_serve_every_epoch(self) -> None:
        """50 examples in batches of 16: one compiled for the three full batches, one for the last, one per evaluation."""
        engine = self.make(model := self.model(), Recipe(batch_size=self.batch_size))
        state = engine.start(model)
        engine.prepare(state, *self.data(engine), batch_size=self.batch_size, n_evaluated=(self.rows,))
        prepared = engine.compile_seconds
        self.trained(engine, state, 2)
        assert prepared == engine.compile_seconds
        assert {(3, 16), (2,)} == {shape for kind, shape in engine._passes.compiled if kind == "step"}  # pyright: ignore[reportPrivateUsage]
