"""Builds arms wherever an executor does it: each once for its structure, at the size that meets its budgets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paribus.backend import Model, keras
from paribus.build import build, input_shape, outline, precision
from paribus.compile_cache import keep_executables
from paribus.errors import ArmError, UnmatchableError
from paribus.identity import Structure, structure
from paribus.match import Goal, matched
from paribus.measures import amount, forecasts, measured, normalizations, parameters
from paribus.memory import keep_memory
from paribus.records import LayerRecord, Match, Measures, NormalizationForecast, ParameterCount
from paribus.study import Arm, Study

_MOST_BYTES = 2**26
"""Of the batch by which a normalisation's statistics are foretold."""
_BYTES_PER_NUMBER = {"float32": 4, "bfloat16": 2}


@dataclass(frozen=True, slots=True)
class Order:
    """An arm to be built; with goals, at the size that meets them."""

    arm: str
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """What a built arm is made of; `match` says at which size, if it was resized."""

    structure: Structure
    layers: tuple[LayerRecord, ...]
    parameters: ParameterCount
    measures: Measures
    forecasts: tuple[NormalizationForecast, ...]
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an arm cannot be built, does not fit the dataset, or cannot be matched to its budgets."""

    problems: tuple[str, ...]
    unmatchable: bool = False


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """How the process ended that was to build the arm."""

    reason: str


Outcome = Built | Refused | Unbuilt


class Auditor:
    """Builds arms of one study, by name.

    Args:
        study: Whose arms are built; of its dataset, only a batch is kept, so that there is little to send.
    """

    def __init__(self, study: Study) -> None:
        keep_memory()
        self._arms = {arm.name: arm for arm in study.arms}
        self._recipe = study.recipe
        steps = -(-len(study.dataset.train) // study.recipe.batch_size)
        self._updates = study.recipe.epochs * steps
        bytes_each = 4 * int(np.prod(study.dataset.example_shape))
        batch = max(1, min(study.recipe.batch_size, _MOST_BYTES // bytes_each))
        self._dataset = study.dataset.thinned(train=batch, validation=1, test=1)

    def __call__(self, order: Order, tell: Callable[[Any], None]) -> Built | Refused:  # noqa: ARG002 -- nothing to tell
        """Build the arm; twice, since only then one shows that hands out old layers."""
        arm = self._arms[order.arm]
        try:
            with precision(self._recipe.precision):
                match = self._matched(arm, order.goals) if order.goals else None
                sized = arm.sized(match.sizes) if match else arm
                _, model = (outline(sized, self._dataset) for _ in range(2))
                return self._built(sized, model, match)
        except UnmatchableError as error:
            return Refused(error.problems, unmatchable=True)
        except ArmError as error:
            return Refused(error.problems)

    def _matched(self, arm: Arm, goals: Sequence[Goal]) -> Match:
        def measure(sizes: Mapping[str, int]) -> list[int]:
            model = outline(arm.sized(sizes), self._dataset)
            return [self._amount(arm, model, goal.measure) for goal in goals]

        return matched(arm.name, arm.knobs, goals, measure)

    def _amount(self, arm: Arm, model: Model, measure: str) -> int:
        found = amount(model, measure, batch_size=self._recipe.batch_size, bytes_per_number=self._bytes)
        if found is None:
            raise ArmError(
                f"arm '{arm.name}': its {measure.replace('_', ' ')} are not known, because of layers of its own; give a budget on "
                "'trainable_parameters', or write it in Keras' own layers."
            )
        return found

    @property
    def _bytes(self) -> int:
        return _BYTES_PER_NUMBER[self._recipe.precision]

    def _built(self, arm: Arm, model: Model, match: Match | None) -> Built:
        found = measured(model, batch_size=self._recipe.batch_size, bytes_per_number=self._bytes)
        return Built(
            structure=structure(model),
            layers=found.layers,
            parameters=parameters(model),
            measures=found.totals,
            forecasts=self._forecasts(arm) if normalizations(model) else (),
            match=match,
        )

    def _forecasts(self, arm: Arm) -> tuple[NormalizationForecast, ...]:
        """Foretell by a model with weights."""
        if keras().backend.backend() == "jax":
            keep_executables()
        model = build(arm, self._dataset, init_rng=np.random.default_rng(0))
        x = self._dataset.train.x
        shaped = x.reshape((len(x), *input_shape(model, self._dataset)))
        return forecasts(model, shaped, updates=self._updates)
