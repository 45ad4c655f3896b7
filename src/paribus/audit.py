"""Study -> what it compares, without training: every arm built once, measured and identified."""

from paribus.build import outline, precision
from paribus.errors import ArmError
from paribus.identity import identity
from paribus.measures import layers, parameters
from paribus.records import ArmRecord
from paribus.study import Arm, Study


def audit(study: Study) -> tuple[ArmRecord, ...]:
    """Return every arm's layers, sizes and identity.

    Raises:
        ArmError: Arms that cannot be built or do not fit the dataset; all of them are named.
    """
    records: list[ArmRecord] = []
    errors: list[ArmError] = []
    for arm in study.arms:
        try:
            records.append(_record(study, arm))
        except ArmError as error:
            errors.append(error)
    if errors:
        raise ArmError([problem for error in errors for problem in error.problems]) from errors[0]
    return tuple(records)


def _record(study: Study, arm: Arm) -> ArmRecord:
    with precision(study.recipe.precision):
        model = outline(arm, study.dataset)
        return ArmRecord(
            name=arm.name,
            identity=identity(arm, model),
            layers=layers(model),
            parameters=parameters(model),
        )
