"""Event files are read back, record by record, with their checksums."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tensorboardX import crc32c
from tensorboardX.proto import event_pb2, plugin_hparams_pb2

from paribus.export import Export, write
from paribus.records import RunRecord
from paribus.study import Recipe, StudyRecord
from tests.conftest import make_run_record
from tests.export.conftest import MakeExport, exported
from tests.export.hostile import ALIKE, HOSTILE

_event: Any = event_pb2
_plugin: Any = plugin_hparams_pb2
_crc: Any = crc32c
_CHECKSUM = struct.Struct("<I")
FINISHED = 1767225600.0  # 2026-01-01


def records_of(file: Path) -> Iterator[bytes]:
    """Yield a TFRecord file's records: length, its checksum, data, their checksum."""
    content = file.read_bytes()
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        data = content[12 : 12 + length]
        assert masked(content[:8]) == content[8:12]
        assert masked(data) == content[12 + length : 16 + length]
        yield data
        content = content[16 + length :]


def masked(data: bytes) -> bytes:
    """Return a checksum as TFRecords have it."""
    value: int = _crc.crc32c(data)
    return _CHECKSUM.pack((((value >> 15) | (value << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def events(folder: Path) -> list[Any]:
    """Return the events of the one file in a folder."""
    (file,) = folder.glob("events.out.tfevents.*")
    return [_event.Event.FromString(data) for data in records_of(file)]


def scalars(folder: Path) -> dict[str, list[tuple[int, float, float]]]:
    """Return step, time and value by tag."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    for event in events(folder):
        for value in event.summary.value:
            if value.HasField("simple_value"):
                found.setdefault(value.tag, []).append((event.step, event.wall_time, value.simple_value))
    return found


def words(folder: Path) -> dict[str, str]:
    """Return text by tag."""
    return {
        value.tag: value.tensor.string_val[0].decode()
        for event in events(folder)
        for value in event.summary.value
        if value.tensor.string_val
    }


def hyperparameters(folder: Path) -> dict[str, Any]:
    """Return what the plugin for hyperparameters is told, by kind."""
    found: dict[str, Any] = {}
    for event in events(folder):
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == "hparams":
                data = _plugin.HParamsPluginData.FromString(value.metadata.plugin_data.content)
                found[data.WhichOneof("data")] = getattr(data, data.WhichOneof("data"))
    return found


@pytest.fixture
def folder(export: Export, tmp_path: Path) -> Path:
    write(export, "tensorboard", output=str(tmp_path / "logs"))
    return tmp_path / "logs"


def test_every_run_that_ended_has_a_folder(folder: Path) -> None:
    """By arm and seed; the one that was not trained has none."""
    found = sorted(file.parent.relative_to(folder).as_posix() for file in folder.rglob("*.paribus"))
    assert [
        *(f"flat/seed-{seed}" for seed in range(4)),
        "summary",
        *(f"wide/seed-{seed}" for seed in range(3)),
    ] == found


def test_metrics_are_there_at_every_epoch(folder: Path) -> None:
    """Training and validation of one metric side by side, the test set after the last epoch; times go back from the end."""
    found = scalars(folder / "flat" / "seed-1")
    assert [(1, FINISHED - 1.0, 1.0), (2, FINISHED, 0.5)] == found["loss/training"]
    assert [(1, FINISHED - 1.0, 0.5), (2, FINISHED, 0.5)] == found["loss/validation"]
    ((step, at, accuracy),) = found["accuracy/test"]
    assert (2, FINISHED, pytest.approx(0.92, rel=1e-7)) == (step, at, accuracy)
    assert "brain.Event:2" == events(folder / "flat" / "seed-1")[0].file_version


def test_metrics_of_the_recipe_are_there_under_safe_names(study_record: StudyRecord, tmp_path: Path) -> None:
    """A slash in a name would be a group."""
    study = replace(study_record, recipe=Recipe(epochs=2, batch_size=32, metrics=("top_2",)))
    run = make_run_record("flat", 0)
    assert run.test is not None
    values = {"top_2": 0.75}
    epochs = tuple(replace(epoch, metrics=values, validation_metrics=values) for epoch in run.epochs)
    run = replace(run, epochs=epochs, test=replace(run.test, metrics=values))
    write(exported(study, (run,), seeds=(0,)), "tensorboard", output=str(tmp_path / "logs"))
    found = scalars(tmp_path / "logs" / "flat" / "seed-0")
    assert [0.75] * 5 == [
        value for split in ("training", "validation", "test") for _, _, value in found[f"top_2/{split}"]
    ]


def test_what_was_measured_besides_is_there(probed_export: Export, tmp_path: Path) -> None:
    """After the last epoch, where it is defined."""
    write(probed_export, "tensorboard", output=str(tmp_path / "logs"))
    found = scalars(tmp_path / "logs" / "flat" / "seed-0")
    assert [(2, FINISHED, 0.25)] == found["probes/calibration_error"]
    assert "probes/seed" not in found
    told = hyperparameters(tmp_path / "logs" / "summary")["experiment"]
    assert "probes/calibration_error" in [info.name.tag for info in told.metric_infos]


def test_seeds_are_repetitions_of_their_arm(folder: Path) -> None:
    """In the plugin for hyperparameters, which averages over them; the one that diverged failed."""
    told = hyperparameters(folder / "summary")["experiment"]
    assert ["arm", "trainable_parameters"] == [info.name for info in told.hparam_infos]
    assert "accuracy/test" in [info.name.tag for info in told.metric_infos]
    for seed, status in ((0, 1), (2, 2)):  # STATUS_SUCCESS, STATUS_FAILURE
        run = hyperparameters(folder / "wide" / f"seed-{seed}")
        start = run["session_start_info"]
        assert ("wide", "wide", 332.0) == (
            start.group_name,
            start.hparams["arm"].string_value,
            start.hparams["trainable_parameters"].number_value,
        )
        assert (status, FINISHED) == (run["session_end_info"].status, run["session_end_info"].end_time_secs)


def test_results_and_reasons_are_told_in_words(folder: Path) -> None:
    """The summary beside the runs, why a run failed in its own."""
    assert {"verdicts/text_summary": "# small\n"} == words(folder / "summary")
    assert {"reason/text_summary": "diverged: The training loss was nan in epoch 2."} == words(
        folder / "wide" / "seed-2"
    )


def test_a_run_without_epochs_is_there(
    study_record: StudyRecord, records: tuple[RunRecord, ...], tmp_path: Path
) -> None:
    """With its reason alone."""
    crashed = tuple(replace(run, epochs=(), test=None, reason="none") for run in records)
    write(exported(study_record, crashed), "tensorboard", output=str(tmp_path / "logs"))
    assert {} == scalars(tmp_path / "logs" / "wide" / "seed-2")
    assert {"reason/text_summary": "diverged: none"} == words(tmp_path / "logs" / "wide" / "seed-2")


def test_hostile_names_stay_inside_and_apart(make_export: MakeExport, tmp_path: Path) -> None:
    """A folder for every arm, no deeper and no higher, its name kept in the file."""
    names = list(dict.fromkeys([*HOSTILE, *ALIKE, "summary", "Summary"]))
    write(make_export(names, "".join(HOSTILE)), "tensorboard", output=str(tmp_path / "logs"))
    assert ["logs"] == [path.name for path in tmp_path.iterdir()]
    folders = [path.parent for path in (tmp_path / "logs").glob("*/seed-0")]
    assert len(names) == len(folders)
    told = [
        hyperparameters(folder / "seed-0")["session_start_info"].hparams["arm"].string_value
        for folder in folders
    ]
    assert sorted(names) == sorted(told)
