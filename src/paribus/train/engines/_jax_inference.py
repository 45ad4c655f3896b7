"""A model in inference mode on JAX, compiled for every number of examples it meets."""

import time
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from paribus.backend import Array, Model, jax
from paribus.measures import MapSite, map_sites, training_mode
from paribus.train.engines._base import Inference, State
from paribus.train.engines._calls import captured
from paribus.train.engines._jax_passes import Steps


class JaxInference:
    """Forward passes of one arm; they serve every seed of it, because weights are passed in.

    Args:
        steps: What is computed per batch, with faster layers where there are any.
        model: The model as it was built, whose layers can be told from each other.
    """

    def __init__(self, steps: Steps, model: Model) -> None:
        self.compile_seconds = 0.0
        self._steps = steps
        self._model = model
        self._compiled: dict[tuple[str, int], Any] = {}

    def of(self, state: State) -> Inference:
        """Return the model with the weights of `state`."""
        return Inference(
            outputs=partial(self._run, "outputs", self._outputs, state),
            maps=partial(self._run, "maps", self._maps, state),
            sites=self._sites,
        )

    @cached_property
    def _sites(self) -> tuple[MapSite, ...]:
        return map_sites(self._model)

    def _outputs(self, state: State, x: Array) -> Array:
        return self._steps.inferred(state, x)[0].astype("float32")

    def _maps(self, state: State, x: Array) -> list[Array]:
        with captured(self._sites) as made:
            self._model.stateless_call(
                state.trainable,
                state.non_trainable,
                x.reshape((x.shape[0], *self._steps.input_shape)),
                **training_mode(self._model, training=False),
            )
        return [each.astype("float32") for each in made()]

    def _run(self, kind: str, function: Callable[..., Any], state: State, x: Array) -> Any:
        key = (kind, int(x.shape[0]))
        if key not in self._compiled:
            began = time.perf_counter()
            self._compiled[key] = jax().jit(function).lower(state, x).compile()
            self.compile_seconds += time.perf_counter() - began
        return self._compiled[key](state, x)
