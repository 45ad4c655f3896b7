"""A run's metrics as they came, epoch by epoch, for programs that draw them against time."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from paribus.export._names import safe_names
from paribus.records import EpochRecord, RunRecord
from paribus.study import StudyRecord


class Point(NamedTuple):
    """One number: its split and metric, after which epoch, and when [seconds since 1970]."""

    split: str
    metric: str
    epoch: int
    at: float
    value: float


def points(record: RunRecord, study: StudyRecord) -> tuple[Point, ...]:
    """Return all that was measured: training and validation at every epoch, the test set after the last one.

    When an epoch ended is not kept; it is taken to be as long before the run's end as later epochs trained.
    """
    names = metric_names(study)
    times = _ends(record)
    by_epoch = (
        Point(split, names[metric], epoch.epoch, at, value)
        for epoch, at in zip(record.epochs, times, strict=True)
        for split, metric, value in _measured(epoch)
        if metric in names
    )
    return (*by_epoch, *_tested(record, names))


def metric_names(study: StudyRecord) -> dict[str, str]:
    """Return by metric the name by which other programs take it."""
    return safe_names(["loss", "accuracy", *study.recipe.metric_names])


def ended_at(record: RunRecord) -> float:
    """Return when a run ended [seconds since 1970]."""
    return datetime.fromisoformat(record.finished_at).timestamp()


def began_at(record: RunRecord) -> float:
    """Return when a run began, as far as is known."""
    return ended_at(record) - _finite(record.cost.wall_seconds)


def _ends(record: RunRecord) -> list[float]:
    """Return when each epoch ended."""
    seconds = [_finite(epoch.train_seconds) for epoch in record.epochs]
    return [ended_at(record) - sum(seconds[place + 1 :]) for place in range(len(seconds))]


def _measured(epoch: EpochRecord) -> Iterable[tuple[str, str, float]]:
    training = {"loss": epoch.loss, "accuracy": epoch.accuracy} | epoch.metrics
    validation = {
        "loss": epoch.validation_loss,
        "accuracy": epoch.validation_accuracy,
    } | epoch.validation_metrics
    yield from (("training", metric, value) for metric, value in training.items())
    yield from (("validation", metric, value) for metric, value in validation.items())


def _tested(record: RunRecord, names: dict[str, str]) -> Iterable[Point]:
    if record.test is None or not record.epochs:
        return
    metrics = {"loss": record.test.loss, "accuracy": record.test.accuracy} | record.test.metrics
    for metric, value in metrics.items():
        if metric in names:
            yield Point("test", names[metric], record.epochs[-1].epoch, ended_at(record), value)


def _finite(seconds: float) -> float:
    return seconds if math.isfinite(seconds) else 0.0
