"""Study -> what it compares, without training: every arm built once, measured and identified."""

from paribus.build import outline
from paribus.errors import ArmError
from paribus.identity import identity
from paribus.measures import layers, parameters
from paribus.records import ArmRecord
from paribus.study import Study


def audit(study: Study) -> tuple[ArmRecord, ...]:
    """Return every arm's layers, sizes and identity.

    Raises:
        ArmError: Arms that cannot be built or do not fit the dataset; all of them are named.
    """
    records: list[ArmRecord] = []
    errors: list[ArmError] = []
    for arm in study.arms:
        try:
            model = outline(arm, study.dataset)
        except ArmError as error:
            errors.append(error)
        else:
            records.append(
                ArmRecord(
                    name=arm.name,
                    identity=identity(arm, model),
                    layers=layers(model),
                    parameters=parameters(model),
                )
            )
    if errors:
        raise ArmError([problem for error in errors for problem in error.problems]) from errors[0]
    return tuple(records)
