"""A sweep is valid or not constructed, and its cells are studies like any other."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from paribus import datasets
from paribus.errors import StudyError
from paribus.study import Arm, Budget, Recipe, Study, Sweep
from tests.conftest import flat, quadrants, wide


def problems(study: Study, over: str, values: Any) -> tuple[str, ...]:
    with pytest.raises(StudyError) as caught:
        Sweep(study=study, over=over, values=values)
    return caught.value.problems


def dense(input_shape: tuple[int, ...], classes: int, width: int = 8) -> Any:
    return flat(input_shape, classes)


def test_a_cell_is_the_study_declared_so(small_study: Study) -> None:
    """The first rows, then the split: data and recipe of a study that somebody else declares, under a name that says which."""
    x, y = quadrants(200)
    other = datasets.arrays(x[:100], y[:100], *quadrants(50, seed=1), validation_split=0.2)
    first, second = Sweep(study=small_study, over="n_train", values=(200, 100)).cells
    assert [("small, n_train 100", 100), ("small, n_train 200", 200)] == [
        (cell.study.name, cell.value) for cell in (first, second)
    ]
    assert (other.fingerprint, 80, 20) == (
        first.study.dataset.fingerprint,
        len(first.study.dataset.train),
        len(first.study.dataset.validation),
    )
    assert small_study.dataset is second.study.dataset
    assert (small_study.recipe, small_study.contrasts, 2) == (
        first.study.recipe,
        first.study.contrasts,
        first.study.seeds,
    )


def test_all_problems_of_a_sweep_are_told_at_once(small_study: Study) -> None:
    """No numbers, repeated ones, below the batch size, more than there are."""
    told = problems(small_study, "n_train", (30, "many", 100, 100, 0, 2.5, 1_000))
    assert (
        "values of n_train: 'many' is no whole number.",
        "values of n_train: 0 must be at least 1.",
        "values of n_train: 2.5 is no whole number.",
        "values: 100 comes 2 times.",
        "n_train 30: recipe: batch_size 32 is larger than the training set of 24 examples.",
        "n_train 1,000: n_train=1000: dataset 'quadrants' was made of 200 training rows; make it of as many as the largest value takes.",
    ) == told


def test_a_control_that_there_is_not_is_refused_with_the_nearest(small_study: Study) -> None:
    """And what there is."""
    (told,) = problems(small_study, "learning_rates", (0.1, 0.2))
    assert "'learning_rate', 'epochs', 'budget', 'pixels'. Did you mean 'learning_rate'?" in told


@pytest.mark.parametrize(("values", "count"), [((), "are none"), ((5,), "is one")])
def test_one_value_is_no_sweep(small_study: Study, values: tuple[int, ...], count: str) -> None:
    """Nor is none."""
    assert (f"values: a sweep needs at least two; there {count}.",) == problems(small_study, "epochs", values)


def test_values_come_in_whatever_holds_them(small_study: Study) -> None:
    """NumPy's numbers are Python's afterwards; a word by itself is one value."""
    given: Any = np.array([0.5, 0.25])
    rates = Sweep(study=small_study, over="learning_rate", values=given).values
    assert [0.25, 0.5] == list(rates)
    assert {float} == set(map(type, rates))
    rows = Sweep(study=small_study, over="n_train", values=range(50, 201, 50)).values
    assert (50, 100, 150, 200) == rows
    assert ("values: a sweep needs at least two; there is one.",) == problems(small_study, "pixels", "raw")


@pytest.mark.parametrize("value", [-0.1, 0, float("nan"), float("inf"), True, "0.1"])
def test_a_rate_is_a_positive_number(small_study: Study, value: Any) -> None:
    """Anything else is refused."""
    assert 1 == len(problems(small_study, "learning_rate", (0.1, 0.2, value)))


def test_a_dataset_of_unknown_making_says_the_way_out(small_study: Study) -> None:
    """One that was thinned, or whose rows somebody has replaced."""
    thinned = replace(small_study, dataset=small_study.dataset.thinned(train=100, validation=20, test=20))
    (told, _) = problems(thinned, "n_train", (50, 60))
    assert "make it by `arrays`" in told


def test_the_rate_changes_and_everything_else_stays() -> None:
    """Of optimizers by name, by config and by object; the study's own rate leaves it as it was declared."""
    import keras

    data = datasets.arrays(*quadrants(200), *quadrants(50, seed=1))

    def optimizers(optimizer: Any) -> list[Any]:
        study = Study(
            question="?",
            arms=(Arm("flat", flat), Arm("wide", wide)),
            dataset=data,
            recipe=Recipe(optimizer=optimizer, batch_size=32),
        )
        sweep = Sweep(study=study, over="learning_rate", values=(0.01, 0.5))
        assert 0.01 == sweep.record().own
        return [cell.study.recipe.optimizer for cell in sweep.cells]

    named = {"class_name": "sgd", "config": {"learning_rate": 0.5}}
    assert ["sgd", named] == optimizers("sgd")
    given = {"class_name": "SGD", "config": {"learning_rate": 0.01, "momentum": 0.9}}
    assert [given, {**given, "config": {"learning_rate": 0.5, "momentum": 0.9}}] == optimizers(given)
    adam = keras.optimizers.Adam(0.01, beta_1=0.8)
    same, changed = optimizers(adam)
    assert Recipe(optimizer=adam).optimizer == same
    assert {**same["config"], "learning_rate": 0.5} == changed["config"]
    assert np.float32(0.8) == np.float32(changed["config"]["beta_1"])


def test_a_schedule_is_no_rate(small_study: Study) -> None:
    """It is refused with the way out; so is what Keras does not know."""
    import keras

    schedule: Any = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    recipe = Recipe(optimizer=keras.optimizers.SGD(schedule), batch_size=32)
    (told,) = problems(replace(small_study, recipe=recipe), "learning_rate", (0.1, 0.2))
    assert "ExponentialDecay" in told
    unknown = replace(small_study, recipe=Recipe(optimizer="sdg", batch_size=32))
    (told,) = problems(unknown, "learning_rate", (0.1, 0.2))
    assert "'sdg'" in told


def test_a_budget_takes_numbers_of_its_measure(small_study: Study) -> None:
    """The arm that others were like is sized like all; a study without a budget is told to declare one."""
    arms = (Arm("flat", flat), Arm("dense", dense))
    study = replace(small_study, arms=arms, budget=Budget("flops", like="flat"), contrasts=())
    sweep = Sweep(study=study, over="budget", values=(1_000, 500))
    assert ["small, flops 500", "small, flops 1000"] == [cell.study.name for cell in sweep.cells]
    assert [(Budget("flops", target=500),), (Budget("flops", target=1_000),)] == [
        cell.study.budget for cell in sweep.cells
    ]
    assert "FLOPs" == sweep.record().title
    assert sweep.record().own is None
    (told,) = problems(small_study, "budget", (100, 200))
    assert "it has none" in told


def test_pixels_are_raw_or_divided(small_study: Study) -> None:
    """In the order given."""
    sweep = Sweep(study=small_study, over="pixels", values=("unit", "raw"))
    assert ("unit", "raw") == sweep.values
    assert ["unit", "raw"] == [cell.study.dataset.pixels for cell in sweep.cells]
    assert small_study.dataset is sweep.cells[1].study.dataset
    (told,) = problems(small_study, "pixels", ("raw", "unit", "grey"))
    assert "'raw', 'unit'" in told


def test_looks_are_left_out(small_study: Study) -> None:
    """A sweep has a fixed number of seeds."""
    looked_at = replace(small_study, seeds=4, looks=(2, 4))
    assert [(), ()] == [
        cell.study.looks for cell in Sweep(study=looked_at, over="epochs", values=(1, 2)).cells
    ]
