"""A study is valid or not constructed, and every contradiction is named at once."""

from dataclasses import replace
from typing import Any

import pytest

from paribus.errors import StudyError
from paribus.study import QUICK, Arm, Contrast, Recipe, Study


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    return input_shape, classes


def test_all_contradictions_come_at_once(small_study: Study) -> None:
    """Two arms of one name, an unknown arm and a repeated seed are three sentences."""
    with pytest.raises(StudyError) as caught:
        replace(
            small_study,
            arms=(Arm("flat", build), Arm("flat", build)),
            contrasts=(Contrast("flat", "wider"),),
            seeds=(1, 1),
        )
    assert caught.value.problems == (
        "arms: 'flat' is declared 2 times; names label columns and must differ.",
        "contrasts: 'wider' is not an arm; the arms are 'flat', 'flat'.",
        "seeds: 1 of 2 repeat; a repeated seed is not a new observation.",
    )


def test_the_nearest_arm_is_offered(small_study: Study) -> None:
    """A slip of the pen is recognised."""
    with pytest.raises(StudyError, match="Did you mean 'wide'"):
        replace(small_study, contrasts=(Contrast("wyde", "flat"),))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"arms": ()}, "at least two"),
        ({"seeds": 0}, "train nothing"),
        ({"seeds": ()}, "empty"),
        ({"seeds": (-1,)}, "from 0 to"),
        ({"recipe": Recipe(batch_size=1_000)}, "batch_size 1000 is larger than the training set of 160"),
        ({"dataset": "mnist"}, "expected a Dataset, got a str"),
        ({"contrasts": (Contrast("wide", "flat"), Contrast("wide", "flat"))}, "asked 2 times"),
        (
            {"contrasts": (Contrast("wide", "flat", metric="test_acuracy"),)},
            "Did you mean 'test_accuracy'",
        ),
        ({"recipe": Recipe(batch_size=32, class_weights={4: 2.0})}, "class '4'; the dataset's are 0 to 3"),
    ],
)
def test_contradictions_are_refused(small_study: Study, change: dict[str, Any], sentence: str) -> None:
    """Each in a sentence of its own."""
    with pytest.raises(StudyError, match=sentence):
        replace(small_study, **change)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"batch_size": 1.5}, r"batch_size is 1\.5"),
        ({"optimizer": ""}, "optimizer is ''"),
        ({"loss": {"from_logits": True}}, "class_name"),
        ({"loss": object()}, "of type object"),
        ({"loss": 3}, "loss is 3"),
        ({"class_weights": [1.0]}, "a factor for each class"),
        ({"class_weights": {0: -1.0}}, "not negative"),
        ({"metrics": "mean_squared_error"}, r"\('mean_squared_error',\)"),
        ({"metrics": ("Accuracy",)}, "always measured"),
        ({"metrics": ("MeanSquaredError", "mean_squared_error")}, "declared 2 times"),
        ({"precision": "mixed_float16"}, "loss scaled"),
    ],
)
def test_recipes_are_whole(options: dict[str, Any], sentence: str) -> None:
    """A recipe that cannot train anything is refused."""
    with pytest.raises(StudyError, match=sentence):
        Recipe(**options)


def test_arms_are_called_with_shape_and_classes() -> None:
    """A builder that cannot be called so is refused when it is declared."""
    with pytest.raises(StudyError, match=r"build\(input_shape, classes\)"):
        Arm("wrong", lambda: None)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"margin": 0.0}, "positive"), ({"metric": "accuracy"}, "as 'test_accuracy'")],
)
def test_contrasts_are_whole(options: dict[str, Any], sentence: str) -> None:
    """A contrast that asks nothing is refused."""
    with pytest.raises(StudyError, match=sentence):
        Contrast("a", "b", **options)


def test_an_arm_is_not_compared_with_itself() -> None:
    """Treatment and control differ."""
    with pytest.raises(StudyError, match="with itself"):
        Contrast("a", "a")


def test_a_quick_look_is_smaller_and_says_so(small_study: Study) -> None:
    """Nothing grows, and it is marked."""
    quick = replace(small_study, seeds=5, recipe=Recipe(epochs=50, batch_size=32)).quick_look()
    assert quick.quick
    assert (QUICK.epochs, tuple(range(QUICK.seeds))) == (quick.recipe.epochs, quick.seed_list)
    assert len(quick.dataset.train) == len(small_study.dataset.train)


@pytest.mark.parametrize(
    ("metric", "rises"),
    [
        ("test_accuracy", True),
        ("test_loss", False),
        ("test_mse", False),
        ("validation_mean_absolute_error", False),
        ("test_false_positives", False),
        ("test_f1_score", True),
        ("test_lossless_score", True),
    ],
)
def test_less_of_an_error_is_better(metric: str, *, rises: bool) -> None:
    """Unless a contrast says otherwise."""
    assert rises == Contrast("a", "b", metric=metric).rises
    assert rises != Contrast("a", "b", metric=metric, better="lower" if rises else "higher").rises
