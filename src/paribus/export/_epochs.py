"""One row per run and epoch: running means in training mode, then validation in inference mode at the epoch's end."""

from typing import NamedTuple

from paribus.export._export import Export
from paribus.export._planned import Run, planned_runs
from paribus.export._table import Field, Kind, Table, field, table
from paribus.records import EpochRecord
from paribus.study import StudyRecord


class Epoch(NamedTuple):
    """An epoch of a run."""

    run: Run
    record: EpochRecord


def epoch_table(export: Export) -> Table:
    """Return the table `epochs`; of a run that ended early, those that it got to."""
    items = [
        Epoch(run, epoch)
        for run in planned_runs(export)
        for epoch in (run.record.epochs if run.record else ())
    ]
    return table("epochs", (*_WHICH, *_measured(export.study), _SECONDS), items)


_WHICH: tuple[Field[Epoch], ...] = (
    field("study_id", Kind.TEXT, "As in runs.", lambda item: item.run.study.study_id),
    field("run_id", Kind.TEXT, "As in runs.", lambda item: item.run.record and item.run.record.spec.run_id),
    field("arm", Kind.TEXT, "As in runs.", lambda item: item.run.arm.name),
    field("seed", Kind.INTEGER, "As in runs.", lambda item: item.run.seed),
    field("epoch", Kind.INTEGER, "Counted from 1.", lambda item: item.record.epoch),
)
_BASIC: tuple[Field[Epoch], ...] = (
    field(
        "training_loss",
        Kind.NUMBER,
        "Running mean in training mode.",
        lambda item: item.record.loss,
    ),
    field(
        "training_accuracy",
        Kind.NUMBER,
        "Running mean in training mode.",
        lambda item: item.record.accuracy,
    ),
    field(
        "validation_loss",
        Kind.NUMBER,
        "At the epoch's end, in inference mode.",
        lambda item: item.record.validation_loss,
    ),
    field(
        "validation_accuracy",
        Kind.NUMBER,
        "At the epoch's end, in inference mode.",
        lambda item: item.record.validation_accuracy,
    ),
)
_SECONDS: Field[Epoch] = field(
    "seconds", Kind.NUMBER, "Training, without validation.", lambda item: item.record.train_seconds, unit="s"
)


def _measured(study: StudyRecord) -> tuple[Field[Epoch], ...]:
    """Return the recipe's metrics of both splits, loss and accuracy first."""
    names = study.recipe.metric_names
    return (*_BASIC, *map(_training, names), *map(_validation, names))


def _training(name: str) -> Field[Epoch]:
    return field(
        f"training_{name}",
        Kind.NUMBER,
        "Running mean in training mode.",
        lambda item: item.record.metrics.get(name),
    )


def _validation(name: str) -> Field[Epoch]:
    return field(
        f"validation_{name}",
        Kind.NUMBER,
        "At the epoch's end, in inference mode.",
        lambda item: item.record.validation_metrics.get(name),
    )
