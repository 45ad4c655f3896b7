"""A study over one of its controls, carried out: cells are studies like any other, told as one."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paribus import lab, studies
from paribus.analyse import Rule
from paribus.errors import ReportError, StudyError, UnmatchableError
from paribus.plan import plan, study_record
from paribus.progress import Schedule
from paribus.records import ArmRecord, RunRecord, Severity
from paribus.store import Store
from paribus.study import Arm, Budget, Recipe, Study, Sweep, Value
from tests.conftest import flat, untimed
from tests.test_lab import Recorder, run

Told = dict[tuple[str, int], Any]


class Planned(Recorder):
    """Counts how often something was planned, and can lose patience."""

    def __init__(self, patience: int = 1_000) -> None:
        super().__init__()
        self.schedules: list[Schedule] = []
        self.closed = 0
        self.patience = patience

    def planned(self, schedule: Schedule) -> None:
        self.schedules.append(schedule)

    def run_ended(self, record: RunRecord) -> None:
        super().run_ended(record)
        if len(self.trained) == self.patience:
            raise KeyboardInterrupt

    def close(self) -> None:
        self.closed += 1


def swept(
    study: Study, folder: Path, over: str, *values: Value, patience: int = 1_000
) -> tuple[lab.SweepResult, Planned]:
    watcher = Planned(patience)
    return lab.sweep(study, over=over, values=values, store=folder / "paribus.db", watcher=watcher), watcher


def numbers(result: lab.Result) -> Told:
    return {(each.spec.arm, each.spec.seed): untimed(each) for each in result.records}


def test_a_sweep_is_its_studies(small_study: Study, tmp_path: Path) -> None:
    """Carried out one by one into a store of their own they give the same numbers, to the last bit."""
    (tmp_path / "apart").mkdir()
    result, watcher = swept(small_study, tmp_path, "n_train", 60, 200)
    assert 8 == result.trained == len(watcher.trained)
    for cell in Sweep(study=small_study, over="n_train", values=(60, 200)).cells:
        alone, _ = run(cell.study, tmp_path / "apart")
        assert numbers(alone) == numbers(result.cells[cell.value])
        assert alone.verdicts.keys() == result.verdicts.keys()


def test_nothing_is_trained_twice(small_study: Study, tmp_path: Path) -> None:
    """Not what the study itself has trained, and nothing by the same sweep or a longer one."""
    run(small_study, tmp_path)
    _, first = swept(small_study, tmp_path, "n_train", 60, 200)
    assert {"flat, n_train 60", "wide, n_train 60"} == {arm for arm, _ in first.trained}
    again, none = swept(small_study, tmp_path, "n_train", 60, 200)
    assert (0, []) == (again.trained, none.trained)
    _, longer = swept(small_study, tmp_path, "n_train", 60, 100, 200)
    assert {"flat, n_train 100", "wide, n_train 100"} == {arm for arm, _ in longer.trained}
    _, back = run(replace(small_study, seeds=3), tmp_path)
    assert [("flat", 2), ("wide", 2)] == back.trained


def run_ids(study: Study) -> list[str]:
    """Return the ids of a study's runs, its arms identified by their builders alone."""
    arms = [
        ArmRecord(name=arm.name, identity=repr(arm.build), layers=(), parameters=None) for arm in study.arms
    ]
    return [spec.run_id for spec in plan(study_record(study, tuple(arms), "engine"), study.seed_list)]


@pytest.mark.parametrize(
    ("over", "values"),
    [
        ("learning_rate", (0.01, 0.1)),
        ("epochs", (5, 10)),
        ("pixels", ("raw", "unit")),
        ("n_train", (5_000, 10_000)),
    ],
)
def test_the_articles_study_is_a_cell_of_its_sweeps(over: str, values: tuple[Value, ...]) -> None:
    """At its own value, as 10,000 rows, all of its runs are those of `paribus run convolution`; at others none."""
    study = studies.study("convolution")
    sweep = Sweep(study=study, over=over, values=values)
    by_value = {cell.value: run_ids(cell.study) for cell in sweep.cells}
    own = by_value.pop(sweep.record().own or "")
    assert run_ids(study) == own
    assert 12 == len(set(own))
    assert not set(own) & {run_id for ids in by_value.values() for run_id in ids}


def test_all_cells_are_told_as_one(small_study: Study, tmp_path: Path) -> None:
    """One schedule, whose arms say the cell and how long each is trained; closed once."""
    _, watcher = swept(small_study, tmp_path, "epochs", 1, 3)
    (schedule,) = watcher.schedules
    assert ("small over epochs", 8, 1) == (schedule.study.name, len(schedule.todo), watcher.closed)
    assert {"flat, epochs 1": 1, "wide, epochs 1": 1, "flat, epochs 3": 3, "wide, epochs 3": 3} == dict(
        schedule.epochs
    )
    assert [spec.arm for spec in schedule.todo] == [arm for arm, _ in watcher.trained]


def test_an_interrupted_sweep_goes_on_where_it_stopped(small_study: Study, tmp_path: Path) -> None:
    """In whichever cell that was."""
    with pytest.raises(KeyboardInterrupt):
        swept(small_study, tmp_path, "n_train", 60, 200, patience=5)
    result, rest = swept(small_study, tmp_path, "n_train", 60, 200)
    assert [("wide, n_train 200", 0), ("flat, n_train 200", 1), ("wide, n_train 200", 1)] == rest.trained
    assert 0 == result.analysis.missing
    assert {Rule.FIXED} == {cell.rule for each in result.analysis.contrasts for cell in each.cells}


def test_a_sweep_leaves_designs_and_looks_as_they_are(small_study: Study, tmp_path: Path) -> None:
    """Of the study that shares its runs; each cell has a design and a look of its own."""
    looked_at = replace(small_study, seeds=4, looks=(2, 4))
    before, _ = run(looked_at, tmp_path)
    result, _ = swept(replace(small_study, seeds=4), tmp_path, "n_train", 60, 200)
    after = lab.show("small", store=tmp_path / "paribus.db")
    assert before.analysis.stage == after.analysis.stage
    assert before.looks == after.looks
    (contrast,) = result.analysis.contrasts
    assert [Rule.FIXED, Rule.ANYTIME] == [cell.rule for cell in contrast.cells]
    assert [1, 1] == [len(cell.looks) for cell in result.cells.values()]
    with Store.read(tmp_path / "paribus.db") as store:
        designs = [store.design(cell.analysis.study.study_id) for cell in result.cells.values()]
    assert [(), (2, 4)] == [design.looks for design in designs if design]


def knobbed(input_shape: tuple[int, ...], classes: int, width: int = 8) -> Any:
    import keras

    layers = [keras.layers.Dense(width), keras.layers.Dense(classes, activation="softmax")]
    return keras.Sequential([keras.Input((math.prod(input_shape),)), *layers])


def test_a_budget_sizes_every_cell(small_study: Study, tmp_path: Path) -> None:
    """An arm that keeps its size is trained once for all of them."""
    arms = (Arm("flat", flat), Arm("wide", knobbed))
    study = replace(
        small_study, arms=arms, budget=Budget("trainable_parameters", like="flat", tolerance=0.2), seeds=1
    )
    result, watcher = swept(study, tmp_path, "budget", 200, 400)
    sizes = [cell.analysis.study.matches[1].sizes for cell in result.cells.values()]
    assert [{"width": 5}, {"width": 10}] == sizes
    assert ["flat, trainable_parameters 200", "wide, trainable_parameters 200"] == [
        arm for arm, _ in watcher.trained
    ][:2]
    assert 3 == result.trained
    assert None is result.analysis.sweep.own


def test_budgets_that_cannot_be_met_are_all_named_before_training(small_study: Study, tmp_path: Path) -> None:
    """With their values."""
    arms = (Arm("flat", flat), Arm("wide", knobbed, knobs={"width": range(5, 11)}))
    study = replace(small_study, arms=arms, budget=Budget("trainable_parameters", target=200, tolerance=0.2))
    with pytest.raises(UnmatchableError) as caught:
        swept(study, tmp_path, "budget", 50, 205, 9_000)
    assert ["budget 50", "budget 9,000"] == [problem.partition(":")[0] for problem in caught.value.problems]


def test_a_rate_at_which_an_arm_diverges_is_passed_over(small_study: Study, tmp_path: Path) -> None:
    """And said to be; the result is there all the same, and says how many runs are missing."""
    recipe = Recipe(optimizer="sgd", loss="mean_squared_error", epochs=2, batch_size=32)

    def linear(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential([keras.Input((math.prod(input_shape),)), keras.layers.Dense(classes)])

    study = replace(small_study, recipe=recipe, arms=(Arm("flat", flat), Arm("wide", linear)))
    result, _ = swept(study, tmp_path, "learning_rate", 0.01, 1e30)
    tuned = result.analysis.tuned
    assert tuned is not None
    assert (0.01, (1e30,)) == (tuned.arms[1].rate, tuned.arms[1].passed_over)
    assert 2 == result.analysis.missing
    assert "wide: passed over 1e+30" in str(result)
    assert "at 1e+30: wide, seeds 0, 1: Loss became non-finite" in str(result)


def test_a_result_is_shown_everywhere(small_study: Study, tmp_path: Path) -> None:
    """As text, Markdown, HTML, rows, figures, charts and files."""
    result, _ = swept(small_study, tmp_path, "n_train", 60, 200)
    rows = result.to_rows()
    assert (60, "flat", 0, "test_accuracy") == rows[0][:4]
    assert {"test_accuracy", "validation_accuracy"} == {row.metric for row in rows}
    assert 2 * 2 * 2 * 2 == len(rows)
    notebook = result._repr_html_()  # pyright: ignore[reportPrivateUsage] -- what notebooks call
    for shown in (str(result), repr(result), result.markdown(), notebook):
        assert "small over n_train: Does a hidden layer help?" in shown
    assert {"summary.md", "test_accuracy.png", "test_accuracy.svg"} == {file.name for file in result.files}
    assert all(file.exists() for file in result.files)
    figure = result.figure("validation_accuracy", seeds=True)
    axes = figure.axes[0]
    assert result.figure(ax=axes) is figure
    (chart,) = result.charts()
    assert "at" in str(chart.to_dict())
    with pytest.raises(ReportError, match="Did you mean 'test_accuracy'"):
        result.figure("test_acuracy")


def test_a_recipe_that_keras_does_not_know_is_refused_once(small_study: Study, tmp_path: Path) -> None:
    """Not for every cell, and before anything is stored."""
    study = replace(small_study, recipe=Recipe(optimizer="sdg", batch_size=32))
    with pytest.raises(StudyError) as caught:
        swept(study, tmp_path, "n_train", 60, 200)
    assert 1 == len(caught.value.problems)
    assert () == lab.listings(store=tmp_path / "paribus.db")


def test_what_is_unfair_is_said_with_the_values(small_study: Study, tmp_path: Path) -> None:
    """Batch normalisation that has seen few steps: at the values where that was measured."""

    def normalised(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        layers = [
            keras.layers.Dense(16),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
        return keras.Sequential([keras.Input((math.prod(input_shape),)), *layers])

    study = replace(
        small_study,
        arms=(Arm("flat", flat), Arm("wide", normalised)),
        dataset=small_study.dataset.remade(
            pixels="unit"
        ),  # small activations, far below the variance of 1 at the start
        recipe=Recipe(
            optimizer={"class_name": "SGD", "config": {"learning_rate": 0.1}}, epochs=8, batch_size=16
        ),
    )
    result, _ = swept(study, tmp_path, "n_train", 100, 200)
    unfair = [limit for limit in result.analysis.limits if limit.severity is Severity.UNFAIR]
    assert {"stale_normalization"} == {limit.kind for limit in unfair}
    for limit in unfair:
        assert set(limit.values) <= {100, 200}
        assert f"unfair, {limit.about}, at" in str(result)
