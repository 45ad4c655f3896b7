"""Rows say what is known, and nothing where nothing is."""

import math
from dataclasses import replace
from typing import Any

import pytest

from paribus.export import Export, Table, one_table, tables
from paribus.records import Cost, Finding, Match, Measures, NormalizationCheck, RunRecord, Severity
from paribus.study import Contrast, Recipe, StudyRecord
from tests.conftest import make_run_record
from tests.export.conftest import SCORES, exported


def rows_of(table: Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the rows by arm and seed."""
    return {(row["arm"], row["seed"]): row for row in table.records()}


def test_every_planned_run_is_a_row(export: Export) -> None:
    """Those that completed, the one that diverged and the one that was not trained."""
    rows = rows_of(one_table(export, "runs"))
    assert [
        ("flat", 0),
        ("flat", 1),
        ("flat", 2),
        ("flat", 3),
        ("wide", 0),
        ("wide", 1),
        ("wide", 2),
        ("wide", 3),
    ] == list(rows)
    assert {"completed": 6, "diverged": 1, "not trained": 1} == _counts(
        row["status"] for row in rows.values()
    )


def test_a_completed_run_has_its_scores(export: Export) -> None:
    """To the last digit, with its size, cost and origin."""
    row = rows_of(one_table(export, "runs"))["flat", 0]
    expected = {
        "study_id": "0123456789ab",
        "run_id": "flat-0",
        "reason": None,
        "quick": False,
        "test_accuracy": 0.30000000000000004,
        "test_loss": 0.5,
        "validation_accuracy": 0.30000000000000004,
        "examples_tested": 4,
        "examples_correct": 3,
        "epochs": 2,
        "trainable_parameters": 148,
        "flops": None,
        "wall_seconds": 10.0,
        "peak_memory_bytes": 1,
        "order_hash": "hash",
        "device": None,
        "engine": "fake",
    }
    assert expected == {name: row[name] for name in expected}
    assert "2026-01-01T00:00:00+00:00" == row["finished_at"].isoformat()


def test_a_run_without_score_has_a_reason_and_no_number(export: Export) -> None:
    """Undefined is nothing, never 0."""
    rows = rows_of(one_table(export, "runs"))
    scores = (
        "test_accuracy",
        "test_loss",
        "validation_accuracy",
        "validation_loss",
        "examples_tested",
        "examples_correct",
    )
    for run, reason in (
        (("wide", 2), "The training loss was nan in epoch 2."),
        (("wide", 3), "Not trained yet."),
    ):
        assert reason == rows[run]["reason"]
        assert [None] * len(scores) == [rows[run][name] for name in scores]
    assert [None, None, None] == [rows["wide", 3][name] for name in ("run_id", "epochs", "wall_seconds")]
    assert (1, 332) == (rows["wide", 2]["epochs"], rows["wide", 3]["trainable_parameters"])


def test_what_a_lost_process_could_not_tell_is_nothing(study_record: StudyRecord) -> None:
    """Its compile time is NaN in the record and its memory 0."""
    nan = math.nan
    lost = replace(
        make_run_record("flat", 0),
        cost=Cost(wall_seconds=0.0, compile_seconds=nan, step_seconds=nan, peak_memory_bytes=0),
    )
    (row,) = one_table(exported(study_record, (lost,), seeds=(0,)), "runs").records()[:1]
    assert (0.0, None, None, None) == tuple(
        row[name] for name in ("wall_seconds", "compile_seconds", "step_seconds", "peak_memory_bytes")
    )


def test_epochs_are_rows_with_all_metrics(export: Export, records: tuple[RunRecord, ...]) -> None:
    """Two of each run that completed, one of the one that diverged, with the loss that it had."""
    table = one_table(export, "epochs")
    assert 2 * len(SCORES) + 1 == len(table.rows)
    first, last = table.records()[0], table.records()[-1]
    assert (1, 1.0, 0.5, 1.0) == tuple(
        first[name] for name in ("epoch", "training_loss", "validation_loss", "seconds")
    )
    assert ("wide", 2, math.inf) == (last["arm"], last["seed"], last["training_loss"])


def test_metrics_of_the_recipe_are_columns(study_record: StudyRecord) -> None:
    """Of both splits, and of the test set; a run of before has none."""
    study = replace(study_record, recipe=Recipe(epochs=2, batch_size=32, metrics=("top_2", "seed")))
    plain = make_run_record("flat", 0)
    assert plain.test is not None
    values = {"top_2": 0.75, "seed": 0.5}
    epochs = tuple(replace(epoch, metrics=values, validation_metrics=values) for epoch in plain.epochs)
    run = replace(plain, epochs=epochs, test=replace(plain.test, metrics=values))
    made = exported(study, (run,), seeds=(0,))
    assert (0.75, 0.5, 0) == tuple(
        one_table(made, "runs").records()[0][name] for name in ("test_top_2", "validation_seed", "seed")
    )
    assert (0.75, 0.5, 0) == tuple(
        one_table(made, "epochs").records()[0][name] for name in ("training_top_2", "validation_seed", "seed")
    )


def test_what_was_measured_besides_is_a_column(probed_export: Export) -> None:
    """Under a name of its own where another column is called so; nothing where it is not defined or the run has no score."""
    rows = rows_of(one_table(probed_export, "runs"))
    names = ("calibration_error", "score_seed", "seed")
    assert [[0.25, None, 1], [None, None, 2]] == [
        [rows[run][name] for name in names] for run in (("flat", 1), ("wide", 2))
    ]


def test_sizes_costs_and_checks_are_columns(study_record: StudyRecord) -> None:
    """Knobs by name, FLOPs as far as they are known, normalisation where it was measured, versions by package."""
    measures = Measures(
        macs=1,
        flops=2,
        training_flops=None,
        activation_bytes=4,
        depth=1,
        receptive_field=None,
        sees_all=None,
        gathered_by="",
        uncounted=(),
        traits={},
    )
    arms = (replace(study_record.arms[0], measures=measures), study_record.arms[1])
    study = replace(study_record, arms=arms, matches=(Match(arm="flat", sizes={"width": 7}, lines=()),))
    check = NormalizationCheck(layers=1, n=4, inference=0.25, by_batch=0.5, reestimated=0.75)
    run = make_run_record("flat", 0)
    run = replace(
        run, normalization=check, environment=replace(run.environment, versions={"keras": "3.15.1"})
    )
    rows = rows_of(one_table(exported(study, (run,), seeds=(0,)), "runs"))
    names = ("knob_width", "flops", "training_flops", "batchnorm_accuracy_reestimated", "version_keras")
    assert [7, 2, None, 0.75, "3.15.1"] == [rows["flat", 0][name] for name in names]
    assert [None] * 5 == [rows["wide", 0][name] for name in names]


def test_a_contrast_says_what_limits_it(export: Export) -> None:
    """The verdict, what it rests on, and how much speaks against it."""
    (row,) = one_table(export, "contrasts").records()
    expected = {
        "contrast": "wide − flat",
        "metric": "test_accuracy",
        "better": "higher",
        "margin": 0.01,
        "verdict": "undecided",
        "headline": "undecided, in words",
        "rule": "anytime-valid",
        "interim": True,
        "n": 2,
        "sign_flip_p": None,
        "detectable": None,
        "unfair_findings": 0,
        "caution_findings": 1,
        "findings": "caution: failed_runs",
    }
    assert expected == {name: row[name] for name in expected}
    assert pytest.approx((0.63 + 0.04) / 2) == row["difference"]
    assert 4 == row["caveat_count"]
    assert "seeds 2, 3 left out" in str(row["caveats"])


def test_of_one_pair_there_is_no_interval(study_record: StudyRecord) -> None:
    """Nothing, not a number and not 0."""
    runs = (make_run_record("flat", 0, 0.9), make_run_record("wide", 0, 0.95))
    (row,) = one_table(exported(study_record, runs, seeds=(0,)), "contrasts").records()
    assert 1 == row["n"]
    names = (
        "spread",
        "low",
        "high",
        "narrow_low",
        "p",
        "adjusted_p",
        "equivalence_p",
        "effect",
        "detectable",
    )
    assert [None] * len(names) == [row[name] for name in names]


def test_findings_are_counted_by_severity(study_record: StudyRecord) -> None:
    """What is conceded is a note."""
    about = study_record.contrasts[0].label
    findings = tuple(
        Finding(kind=kind, severity=severity, about=about, evidence="", remedy="", conceded=conceded)
        for kind, severity, conceded in (
            ("recipe", Severity.UNFAIR, ""),
            ("parameters", Severity.NOTE, "known"),
        )
    )
    runs = (make_run_record("flat", 0), make_run_record("wide", 0))
    made = exported(replace(study_record, findings=findings), runs, seeds=(0,))
    (row,) = one_table(made, "contrasts").records()
    assert (1, 0) == (row["unfair_findings"], row["caution_findings"])
    assert str(row["findings"]).startswith("unfair: recipe; note: parameters (conceded)")


def test_differences_are_there_for_every_seed(export: Export) -> None:
    """With both scores; nothing where one is missing, and whether the verdict rests on it."""
    rows = one_table(export, "differences").records()
    assert [0, 1, 2, 3] == [row["seed"] for row in rows]
    assert [(0.93, 0.1 + 0.2), (0.96, 0.92), (None, 0.91), (None, 0.9)] == [
        (row["treatment_score"], row["control_score"]) for row in rows
    ]
    assert [0.93 - (0.1 + 0.2), 0.96 - 0.92, None, None] == [row["difference"] for row in rows]
    assert [True, True, False, False] == [row["counted"] for row in rows]


def test_a_study_without_contrasts_has_the_tables(study_record: StudyRecord) -> None:
    """Two of them empty."""
    made = exported(replace(study_record, contrasts=()), (make_run_record("flat", 0),), seeds=(0,))
    assert [2, 2, 0, 0] == [len(table.rows) for table in tables(made)]


def test_arms_that_are_one_share_their_run(study_record: StudyRecord) -> None:
    """Its id is in both rows."""
    runs = tuple(
        replace(run, spec=replace(run.spec, run_id="one"))
        for run in (make_run_record("flat", 0), make_run_record("wide", 0))
    )
    made = exported(replace(study_record, contrasts=(Contrast("wide", "flat"),)), runs, seeds=(0,))
    assert ["one", "one"] == [row["run_id"] for row in one_table(made, "runs").records()]


def test_columns_are_named_once_and_say_what_they_hold(export: Export) -> None:
    """In every table; cells are of the kind that their column says."""
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": float,
        "boolean": bool,
    }
    for table in tables(export):
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        for place, column in enumerate(table.columns):
            assert column.about
            wanted = kinds.get(column.kind.value, object)
            assert all(value is None or isinstance(value, wanted) for value in table.values(place))


def _counts(words: Any) -> dict[str, int]:
    found = list(words)
    return {word: found.count(word) for word in dict.fromkeys(found)}
