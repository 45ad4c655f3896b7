"""The study of the article's two claims: who differs from whom by how many parameters, and what is asked."""

from typing import Any

import pytest

from paribus.studies import study as built_in
from paribus.study import Study


@pytest.fixture(scope="module")
def pooling() -> Study:
    return built_in("pooling")


def parameters(study: Study, arm: str) -> int:
    (found,) = [each for each in study.arms if each.name == arm]
    model: Any = found.build((28, 28, 1), 10)
    return sum(variable.value.size for variable in model.trainable_variables)


def test_arms_have_the_parameters_that_arithmetic_gives_them(pooling: Study) -> None:
    """Convolutions of 3 × 3, two numbers per normalised channel, a dense layer on what is left of the image."""
    first, second = (9 + 1) * 64 + 2 * 64, (9 * 64 + 1) * 32 + 2 * 32
    extra = (9 * 64 + 1) * 64 + 2 * 64
    whole, halved = (side * side * 32 * 32 + 32 + 2 * 32 + 32 * 10 + 10 for side in (28, 14))
    expected = {
        "conv": first + second + whole,
        "max pooling": first + second + halved,
        "average pooling": first + second + halved,
        "strided": first + extra + second + halved,
        "ConvPool": first + extra + second + halved,
    }
    assert expected == {arm: parameters(pooling, arm) for arm in expected}
    assert [arm.name for arm in pooling.arms] == list(expected)


def test_both_claims_are_asked_of_every_pair(pooling: Study) -> None:
    """Accuracy, which a sweep over the training set asks at every size, and the two probes of invariance."""
    pairs = [("max pooling", "conv"), ("average pooling", "conv"), ("ConvPool", "strided")]
    asked = {(each.metric, each.treatment, each.control) for each in pooling.contrasts}
    metrics = ("test_accuracy", "shift_consistency", "shift_mean_accuracy")
    assert {(metric, *pair) for metric in metrics for pair in pairs} == asked
