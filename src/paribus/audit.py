"""What a study compares, without training: every arm built, measured and identified.

Arms are built wherever an executor does it; what is said of them is put together where the study was declared, because only
there are all sources at hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paribus.build import outline, precision
from paribus.errors import ArmError
from paribus.identity import Structure, identity, structure
from paribus.measures import layers, parameters
from paribus.memory import keep_memory
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
    """Builds arms of one study, by name.

    Args:
        study: Whose arms are built; of its dataset, only the shape of examples is kept, so that there is little to send.
    """

    def __init__(self, study: Study) -> None:
        keep_memory()
        self._arms = {arm.name: arm for arm in study.arms}
        self._precision: Precision = study.recipe.precision
        self._dataset = study.dataset.thinned(train=1, validation=1, test=1)

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
    records: list[ArmRecord] = []
    problems: list[str] = []
    for arm in study.arms:
        outcome = outcomes[arm.name]
        if isinstance(outcome, Refused):
            problems.extend(outcome.problems)
        else:
            records.append(_record(arm, outcome))
    if problems:
        raise ArmError(problems)
    return tuple(records)


def _record(arm: Arm, outcome: Built | Unbuilt) -> ArmRecord:
    if isinstance(outcome, Built):
        return ArmRecord(
            name=arm.name,
            identity=identity(arm, outcome.structure),
            layers=outcome.layers,
            parameters=outcome.parameters,
        )
    return ArmRecord(
        name=arm.name, identity=identity(arm, None), layers=(), parameters=None, unbuilt=outcome.reason
    )
