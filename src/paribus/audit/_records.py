"""What is kept of the arms that were built."""

from collections.abc import Mapping

from paribus.audit._auditor import Built, Outcome, Unbuilt
from paribus.identity import identity
from paribus.records import ArmRecord
from paribus.study import Arm, Study


def arm_records(study: Study, outcomes: Mapping[str, Outcome]) -> tuple[ArmRecord, ...]:
    """Return every arm's layers, measures and identity; an arm whose process did not live to build it has none.

    Args:
        study: With its arms at the sizes at which they were built.
        outcomes: By arm; none of them refused.
    """
    return tuple(_record(arm, outcomes[arm.name]) for arm in study.arms)


def _record(arm: Arm, outcome: Outcome) -> ArmRecord:
    if isinstance(outcome, Built):
        return ArmRecord(
            name=arm.name,
            identity=identity(arm, outcome.structure),
            layers=outcome.layers,
            parameters=outcome.parameters,
            measures=outcome.measures,
            forecasts=outcome.forecasts,
        )
    reason = outcome.reason if isinstance(outcome, Unbuilt) else ""
    return ArmRecord(name=arm.name, identity=identity(arm, None), layers=(), parameters=None, unbuilt=reason)
