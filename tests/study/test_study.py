"""A study is valid or not constructed, and every contradiction is named at once."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from paribus import datasets, probes
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
        ({"contrasts": (Contrast("wide", "flat", metric="accuracy"),)}, "Did you mean 'test_accuracy'"),
        (
            {
                "probes": (probes.ShiftConsistency(),),
                "contrasts": (Contrast("wide", "flat", metric="shift_consistancy"),),
            },
            "Did you mean 'shift_consistency'",
        ),
        ({"probes": (probes.BrierScore,)}, r"make a probe of it, as BrierScore\(\)"),
        ({"probes": ("brier_score",)}, "got a str, which has no"),
        ({"probes": (probes.BrierScore(), probes.BrierScore())}, "'brier_score' is declared 2 times"),
        (
            {"probes": (probes.BrierScore(name="test_accuracy"),)},
            "metric 'test_accuracy' is the recipe's already",
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


def test_contrasts_are_whole() -> None:
    """A contrast that asks nothing is refused."""
    with pytest.raises(StudyError, match="positive"):
        Contrast("a", "b", margin=0.0)


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


def test_a_probe_that_needs_images_is_refused_without_them(small_study: Study) -> None:
    """Rows of numbers cannot be moved; they can be disturbed."""
    x, y = np.zeros((20, 8)), np.arange(20) % 2
    rows = datasets.arrays(x, y, x, y, validation_split=0.2)
    study = replace(small_study, dataset=rows, recipe=Recipe(batch_size=8), probes=(probes.NoiseAccuracy(),))
    assert "noise_20pct_accuracy" in study.scores
    with pytest.raises(StudyError, match=r"'shift' needs images, .* have shape \(8,\)"):
        replace(study, probes=(probes.ShiftAccuracy(),))


def test_two_probes_of_a_kind_have_names_of_their_own(small_study: Study) -> None:
    """Each with its own metrics."""
    study = replace(
        small_study, probes=(probes.ShiftAccuracy(), probes.ShiftAccuracy(name="short", pixels=1))
    )
    assert {"shift_4px_accuracy", "short_1px_accuracy"} <= set(study.scores)


def test_a_contrast_on_a_probe_knows_which_way_is_better(small_study: Study) -> None:
    """As the probe says, unless the contrast says so itself."""
    metrics = ("shift_consistency", "wrong_confidence", "latency", "test_accuracy")
    contrasts = [Contrast("wide", "flat", metric=metric) for metric in metrics]
    declared = (probes.ShiftConsistency(), probes.WrongConfidence(), probes.Latency())
    study = replace(small_study, probes=declared, contrasts=tuple(contrasts))
    assert [True, False, False, True] == [contrast.rises for contrast in study.contrasts]
    own = Contrast("wide", "flat", metric="latency", better="higher")
    assert replace(small_study, probes=declared, contrasts=(own,)).contrasts[0].rises
