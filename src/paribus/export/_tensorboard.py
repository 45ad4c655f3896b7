"""Runs for TensorBoard: a folder for every arm and seed, with its metrics at every epoch."""

from pathlib import Path
from typing import Any

from paribus.export._export import Export
from paribus.export._names import safe_names
from paribus.export._need import needed
from paribus.export._package import package
from paribus.export._planned import Run, knobs_of, planned_runs
from paribus.export._points import began_at, ended_at, metric_names, points, probed, tag_of
from paribus.export._replace import MARKER
from paribus.records import RunRecord, Status

_SPLITS = ("test", "validation")
_SUMMARY = "summary"
"""The folder of what holds for all runs."""
_NOTE = "TensorBoard keeps numbers in single precision, which has seven digits."


def write_tensorboard(export: Export, folder: Path) -> None:
    """Write every run that has ended, and the summary, into an empty folder.

    Raises:
        ExportError: tensorboardX is not installed.
    """
    needed("tensorboardX", extra="tensorboard")
    files = [_write_summary(export, folder / _SUMMARY)]
    folders = safe_names((arm.name for arm in export.study.arms), taken=[MARKER, _SUMMARY])
    files += [
        _write_run(export, run, run.record, folder / folders[run.arm.name] / f"seed-{run.seed}")
        for run in planned_runs(export)
        if run.record
    ]
    resources: list[dict[str, Any]] = [
        {"name": f"events-{number}", "path": file.relative_to(folder).as_posix(), "format": "tfevents"}
        for number, file in enumerate(files)
    ]
    (folder / MARKER).write_bytes(package(export, "tensorboard", resources, note=_NOTE))


def _write_summary(export: Export, folder: Path) -> Path:
    """Write what holds for all runs: which hyperparameters and metrics there are, and the result in words."""
    from paribus.export._events import Events, experiment, text

    runs = planned_runs(export)
    hyperparameters = {name: value for run in runs for name, value in _hyperparameters(run).items()}
    names = metric_names(export)
    besides = probed(export)
    metrics = [
        tag_of(split, name) for metric, name in names.items() if metric not in besides for split in _SPLITS
    ]
    metrics += [tag_of("", names[metric]) for metric in besides]
    at = max(map(ended_at, export.records))
    events = Events(folder, at)
    events.add(at, experiment(hyperparameters, metrics))
    events.add(at, text("verdicts", export.summary or export.study.question))
    return events.write()


def _write_run(export: Export, run: Run, record: RunRecord, folder: Path) -> Path:
    from paribus.export._events import Events, scalar, session_end, session_start, text

    begin, end = began_at(record), ended_at(record)
    events = Events(folder, begin)
    events.add(begin, session_start(_hyperparameters(run), group=run.arm.name, at=begin))
    for point in points(export, run, record):
        events.add(point.at, scalar(point.tag, point.value), step=point.epoch)
    if run.reason:
        events.add(end, text("reason", f"{record.status.value}: {run.reason}"))
    events.add(end, session_end(succeeded=record.status is Status.COMPLETED, at=end))
    return events.write()


def _hyperparameters(run: Run) -> dict[str, str | float]:
    """Return what differs between arms; seeds are repetitions of one setting."""
    found: dict[str, str | float] = {"arm": run.arm.name, **knobs_of(run.study, run.arm.name)}
    if run.arm.parameters:
        found["trainable_parameters"] = run.arm.parameters.trainable
    return found
