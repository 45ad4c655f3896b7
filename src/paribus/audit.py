"""What a study compares, without training: every arm built once, measured and identified.

Arms are built wherever an executor does it; what is said of them is put together where the study was declared, because only
there are all sources at hand.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paribus.build import outline, precision
from paribus.datasets import Dataset
from paribus.errors import ArmError
from paribus.identity import Structure, identity, structure
from paribus.measures import layers, parameters
from paribus.records import ArmRecord, LayerRecord, ParameterCount
from paribus.study import Arm, Precision, Study


@dataclass(frozen=True, slots=True)
class Built:
    """What a built arm is made of."""

    structure: Structure
    layers: tuple[LayerRecord, ...]
    parameters: ParameterCount


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an arm cannot be built, or does not fit the dataset."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """How the process ended that was to build the arm."""

    reason: str


class Auditor:
    """Builds arms, by name.

    Args:
        arms: The study's.
        precision: What layers compute in.
        dataset: What arms must fit; its examples are not looked at, only their shape.
    """

    def __init__(self, arms: Iterable[Arm], precision: Precision, dataset: Dataset) -> None:
        self._arms = {arm.name: arm for arm in arms}
        self._precision: Precision = precision
        self._dataset = dataset

    @classmethod
    def of(cls, study: Study) -> "Auditor":
        """Return the study's auditor, with as few examples to carry along as can be."""
        return cls(study.arms, study.recipe.precision, study.dataset.thinned(train=1, validation=1, test=1))

    def __call__(self, arm: str, tell: Callable[[Any], None]) -> Built | Refused:  # noqa: ARG002 -- nothing to tell
        """Build the arm for its structure alone; twice, since only then one shows that hands out old layers."""
        try:
            with precision(self._precision):
                _, model = (outline(self._arms[arm], self._dataset) for _ in range(2))
                return Built(structure(model), layers(model), parameters(model))
        except ArmError as error:
            return Refused(tuple(error.problems))


def arm_records(study: Study, outcomes: Mapping[str, Built | Refused | Unbuilt]) -> tuple[ArmRecord, ...]:
    """Return every arm's layers, sizes and identity, given what came of building it.

    Raises:
        ArmError: Arms that cannot be built or do not fit the dataset; all of them are named.
    """
    problems = [
        problem
        for arm in study.arms
        if isinstance(refused := outcomes[arm.name], Refused)
        for problem in refused.problems
    ]
    if problems:
        raise ArmError(problems)
    return tuple(_record(arm, outcomes[arm.name]) for arm in study.arms)


def _record(arm: Arm, outcome: Built | Refused | Unbuilt) -> ArmRecord:
    if isinstance(outcome, Built):
        return ArmRecord(
            name=arm.name,
            identity=identity(arm, outcome.structure),
            layers=outcome.layers,
            parameters=outcome.parameters,
        )
    reason = outcome.reason if isinstance(outcome, Unbuilt) else " ".join(outcome.problems)
    return ArmRecord(name=arm.name, identity=identity(arm, None), layers=(), parameters=None, unbuilt=reason)
