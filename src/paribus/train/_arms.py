"""Arms made ready to compute: one engine for each, which serves all of its seeds."""

from typing import NamedTuple

import numpy as np

from paribus.backend import Model, keras
from paribus.build import build, input_shape, precision
from paribus.measures import is_plain
from paribus.records import RunSpec
from paribus.study import Study
from paribus.train._objective import make_objective, make_optimizer
from paribus.train._streams import stream
from paribus.train.engines import Engine, State, make_engine


class Ready(NamedTuple):
    """An arm's engine, and the state in which a seed begins; `plain` if the engine serves other seeds, too."""

    engine: Engine
    state: State
    plain: bool


class Arms:
    """Builds a study's arms, and compiles each once.

    Args:
        study: Whose arms they are.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._engines: dict[str, Engine] = {}

    def ready(self, spec: RunSpec) -> Ready:
        """Return the run's engine and where its seed begins. Whatever building raises comes out."""
        dataset, recipe = self._study.dataset, self._study.recipe
        with precision(recipe.precision):
            model = build(self._study.arm(spec.arm), dataset, init_rng=stream(spec.seed, "init"))
        seed_dropout(model, stream(spec.seed, "dropout"))
        plain = is_plain(model)
        if spec.arm_identity not in self._engines or not plain:  # own layers may hold constants of a seed
            self._engines[spec.arm_identity] = make_engine(
                model,
                make_objective(recipe, dataset.classes),
                make_optimizer(recipe),
                input_shape=input_shape(model, dataset),
                fast_layers=recipe.fast_layers,
                native_kernels=recipe.native_kernels,
            )
        engine = self._engines[spec.arm_identity]
        return Ready(engine, engine.start(model), plain)


def seed_dropout(model: Model, rng: np.random.Generator) -> None:
    """Give every random layer of the model its own start, drawn in the order of the model's variables."""
    for variable in model.non_trainable_variables:
        if variable.path.endswith("seed_generator_state"):
            start = np.array([rng.integers(2**32), 0], np.uint32)
            variable.assign(keras().ops.convert_to_tensor(start.astype(variable.dtype)))
