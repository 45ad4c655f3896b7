"""MLflow has the runs once, whatever happened before."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from paribus.errors import ExportError
from paribus.export import Export, write
from paribus.export._tracking import connected, tracking
from paribus.records import RunRecord, Status
from paribus.study import StudyRecord
from tests.conftest import make_run_record
from tests.export.conftest import MakeExport, exported
from tests.export.hostile import HOSTILE

EXPERIMENT = "small-012345"
FINISHED = 1767225600000


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let MLflow make one database, which takes seconds; tests copy it."""
    file = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    with connected(tracking(str(file), "none")) as client:
        client.search_experiments()
    return file


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "mlflow.db"))


@pytest.fixture
def client(database: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{database}")


def runs(client: MlflowClient, **options: Any) -> dict[str, Any]:
    """Return an experiment's runs by name."""
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    found = list(client.search_runs([experiment.experiment_id], **options))
    names = {str(run.info.run_name): run for run in found}
    assert len(names) == len(found)
    return names


def test_arms_have_runs_and_seeds_are_nested_in_them(
    export: Export, database: Path, client: MlflowClient
) -> None:
    """With ids, statuses and times; the run that was not trained is not there."""
    write(export, "mlflow", output=str(database))
    found = runs(client)
    seeds = [*(f"flat, seed {seed}" for seed in range(4)), *(f"wide, seed {seed}" for seed in range(3))]
    assert {"flat", "wide", *seeds} == set(found)
    for name in seeds:
        tags = found[name].data.tags
        assert found[tags["paribus.arm"]].info.run_id == tags["mlflow.parentRunId"]
        assert f"{tags['paribus.arm']}-{tags['paribus.seed']}" == tags["paribus.run_id"]
    info = found["flat, seed 0"].info
    assert ("FINISHED", FINISHED - 10_000, FINISHED) == (info.status, info.start_time, info.end_time)


def test_metrics_have_steps_and_times(export: Export, database: Path, client: MlflowClient) -> None:
    """Every epoch, in double precision."""
    write(export, "mlflow", output=str(database))
    run = runs(client)["flat, seed 0"]
    history = client.get_metric_history(run.info.run_id, "training_loss")
    assert [(1, FINISHED - 1_000, 1.0), (2, FINISHED, 0.5)] == [
        (metric.step, metric.timestamp, metric.value) for metric in history
    ]
    assert 0.1 + 0.2 == run.data.metrics["test_accuracy"]
    expected = {
        "arm": "flat",
        "seed": "0",
        "optimizer": "SGD",
        "batch_size": "32",
        "trainable_parameters": "148",
    }
    assert expected == {name: run.data.params[name] for name in expected}


def test_an_arm_has_its_means_and_what_was_concluded(
    export: Export, database: Path, client: MlflowClient, tmp_path: Path
) -> None:
    """As metrics, tags, a description and files."""
    write(export, "mlflow", output=str(database))
    arm = runs(client)["wide"]
    assert pytest.approx((0.93 + 0.96) / 2) == arm.data.metrics["test_accuracy_mean"]
    assert "undecided, in words" == arm.data.tags["paribus.verdict.flat.test_accuracy"]
    assert "2 completed, 1 diverged, 1 not trained" == arm.data.tags["paribus.runs"]
    assert "- **wide − flat**: undecided, in words" in arm.data.tags["mlflow.note.content"]
    files = Path(client.download_artifacts(arm.info.run_id, "", str(tmp_path)))
    (row,) = json.loads((files / "contrasts.json").read_text())
    assert ("undecided", "# small\n") == (row["verdict"], (files / "summary.md").read_text())
    assert str(arm.info.artifact_uri).startswith((database.parent / "mlartifacts" / EXPERIMENT).as_uri())


def test_what_was_measured_besides_is_there(
    probed_export: Export, database: Path, client: MlflowClient
) -> None:
    """Of seeds and, on the mean, of arms, where it is defined."""
    write(probed_export, "mlflow", output=str(database))
    found = runs(client)
    assert (0.25, 0.25) == (
        found["flat, seed 0"].data.metrics["calibration_error"],
        found["flat"].data.metrics["calibration_error_mean"],
    )
    assert {"seed", "seed_mean"} & (
        found["flat, seed 0"].data.metrics.keys() | found["flat"].data.metrics
    ) == set()


def test_a_failed_run_failed_and_says_why(export: Export, database: Path, client: MlflowClient) -> None:
    """With what it got to, and no test score."""
    write(export, "mlflow", output=str(database))
    run = runs(client)["wide, seed 2"]
    assert ("FAILED", "diverged", "The training loss was nan in epoch 2.") == (
        run.info.status,
        run.data.tags["paribus.status"],
        run.data.tags["paribus.reason"],
    )
    assert "test_accuracy" not in run.data.metrics
    assert {"wide, seed 2"} == set(runs(client, filter_string="attributes.status = 'FAILED'"))


def test_the_same_again_changes_nothing(export: Export, database: Path, client: MlflowClient) -> None:
    """Not one run, metric or id, and what people added stays."""
    first = write(export, "mlflow", output=str(database))
    before = runs(client)
    client.set_tag(before["flat, seed 0"].info.run_id, "mine", "kept")
    second = write(export, "mlflow", output=str(database))
    assert ("7 runs, 7 of them new", "7 runs, 0 of them new") == (
        first.contents.partition("arms and ")[2],
        second.contents.partition("arms and ")[2],
    )
    after = runs(client)
    assert {name: run.info for name, run in before.items()} == {name: run.info for name, run in after.items()}
    assert "kept" == after["flat, seed 0"].data.tags["mine"]
    assert 2 == len(client.get_metric_history(after["flat, seed 0"].info.run_id, "training_loss"))


def test_what_is_new_is_added(
    study_record: StudyRecord, records: tuple[RunRecord, ...], database: Path, client: MlflowClient
) -> None:
    """The arm's run stays the same one, with new means and verdicts; a run that was tried again takes the place of the one that failed."""
    write(exported(study_record, records), "mlflow", output=str(database))
    before = runs(client)
    better = [make_run_record("wide", seed, 0.96 + seed / 1_000) for seed in (2, 3)]
    kept = tuple(record for record in records if record.status is Status.COMPLETED)
    write(exported(study_record, (*kept, *better)), "mlflow", output=str(database))
    after = runs(client)
    assert 10 == len(after)
    assert before["wide"].info.run_id == after["wide"].info.run_id
    assert before["wide, seed 1"].info == after["wide, seed 1"].info
    assert ("4 completed", "completed") == (
        after["wide"].data.tags["paribus.runs"],
        after["wide, seed 2"].data.tags["paribus.status"],
    )
    assert (
        pytest.approx((0.93 + 0.96 + 0.962 + 0.963) / 4) == after["wide"].data.metrics["test_accuracy_mean"]
    )


def test_an_interrupted_export_is_finished_by_the_next(
    export: Export, database: Path, client: MlflowClient
) -> None:
    """A run that nobody finished is replaced, and so is one whose arm was deleted put under the new one."""
    write(export, "mlflow", output=str(database))
    before = runs(client)
    client.update_run(before["flat, seed 0"].info.run_id, status="RUNNING")
    client.delete_run(before["wide"].info.run_id)
    write(export, "mlflow", output=str(database))
    after = runs(client)
    assert 9 == len(after)
    assert "FINISHED" == after["flat, seed 0"].info.status
    assert before["flat, seed 0"].info.run_id != after["flat, seed 0"].info.run_id
    assert after["wide"].info.run_id == after["wide, seed 0"].data.tags["mlflow.parentRunId"]


def test_many_epochs_and_runs_are_all_written(
    study_record: StudyRecord, database: Path, client: MlflowClient
) -> None:
    """More than MLflow takes at once."""
    run = make_run_record("flat", 0)
    epochs = tuple(replace(run.epochs[0], epoch=epoch, loss=1 / epoch) for epoch in range(1, 301))
    write(exported(study_record, (replace(run, epochs=epochs),), seeds=(0,)), "mlflow", output=str(database))
    history = client.get_metric_history(runs(client)["flat, seed 0"].info.run_id, "training_loss")
    assert [1 / epoch for epoch in range(1, 301)] == [metric.value for metric in history]


def test_studies_of_one_name_have_experiments_of_their_own(
    export: Export, study_record: StudyRecord, database: Path, client: MlflowClient
) -> None:
    """As they are not the same study."""
    other = replace(study_record, study_id="ba9876543210", quick=True)
    write(export, "mlflow", output=str(database))
    write(exported(other, (make_run_record("flat", 0),), seeds=(0,)), "mlflow", output=str(database))
    assert {"Default", EXPERIMENT, "small-quick-ba9876"} == {
        found.name for found in client.search_experiments()
    }


def test_hostile_text_is_only_text(make_export: MakeExport, database: Path, client: MlflowClient) -> None:
    """In names, questions and reasons, twenty at a time; no name leads out of the folder of files."""
    names = ["".join(HOSTILE[first::5]) for first in range(5)]
    words = "".join(HOSTILE)
    made = make_export(names, words)
    write(made, "mlflow", output=str(database))
    (experiment,) = [found for found in client.search_experiments() if found.name != "Default"]
    found = list(client.search_runs([experiment.experiment_id]))
    assert 10 == len(found)
    assert {name.replace("\0", "\\0") for name in names} == {run.data.tags["paribus.arm"] for run in found}
    assert {words.replace("\0", "\\0")} == {run.data.tags["paribus.question"] for run in found}
    assert 1 == len(list((database.parent / "mlartifacts").iterdir()))
    assert "0 of them new" in write(made, "mlflow", output=str(database)).contents


def test_a_deleted_experiment_is_told(export: Export, database: Path, client: MlflowClient) -> None:
    """With the ways out."""
    write(export, "mlflow", output=str(database))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    client.delete_experiment(experiment.experiment_id)
    with pytest.raises(ExportError, match=r"among those deleted .*`mlflow experiments restore -x \d+`"):
        write(export, "mlflow", output=str(database))


@pytest.mark.parametrize("content", [b"words", b""])
def test_a_file_of_somebody_else_is_left_alone(export: Export, tmp_path: Path, content: bytes) -> None:
    """MLflow would make any database its own, however it is named."""
    file = tmp_path / "paribus.db"
    file.write_bytes(content)
    for place in (str(file), f"sqlite:///{file}"):
        with pytest.raises(
            ExportError, match=r"paribus.db is no database of MLflow; name another file with -o"
        ):
            write(export, "mlflow", output=place)
    assert content == file.read_bytes()


def test_a_server_that_does_not_answer_is_told(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the password that leads to it."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(
        ExportError, match=r"MLflow at http://me:\*\*\*@127.0.0.1:1 cannot be written"
    ) as told:
        write(export, "mlflow", output="http://me:secret@127.0.0.1:1")
    assert "secret" not in str(told.value)


def test_where_runs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for, else what the environment says, else a database in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    database = f"sqlite:///{tmp_path}"
    assert f"{database}/mlflow.db" == tracking(None, "x").uri
    assert (f"{database}/out/mlflow.db", f"file://{tmp_path}/out/mlartifacts/x") == tracking("out", "x")[:4:3]
    assert f"{database}/a.db" == tracking("a.db", "x").uri
    assert tracking("b.db", "x") == tracking("sqlite:///b.db", "x") == tracking(f"{database}/b.db", "x")
    for uri in ("http://localhost:5000", "databricks", "postgresql://me@localhost/runs"):
        assert (uri, None, "x", None) == tracking(uri, "x")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert f"{database}/mlflow.db" == tracking(None, "x").uri
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "./mlruns")
    assert ("./mlruns", f"{database}/b.db") == (tracking(None, "x").uri, tracking("b.db", "x").uri)


_ALONE = """
from paribus.export._tracking import connected, tracking
with connected(tracking("http://127.0.0.1:1", "none")):
    pass
import os
from mlflow.telemetry import get_telemetry_client
print(get_telemetry_client(), [name for name in os.environ if name.startswith("MLFLOW")])
"""


def test_nobody_is_told_that_mlflow_is_used() -> None:
    """Outside of tests and CI, too, where MLflow reports every call; the environment is left as it was."""
    known = {"PATH", "PYTHONPATH", "HOME", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name in known}
    told = subprocess.run(
        [sys.executable, "-c", _ALONE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("None []\n", "") == (told.stdout, told.stderr)
