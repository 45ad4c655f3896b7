"""Calibration is scikit-learn's, and what the definition says."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingImports=false
# scikit-learn ships no types.

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from paribus import probes
from paribus.errors import ProbeError
from paribus.probes import Probe, ProbeData
from paribus.probes._calibration_error import calibration_error
from tests.probes.models import Outputs

CLASSES = 5


def answers(n: int, seed: int = 0) -> tuple[Any, Any]:
    """Return probabilities that know a little of the labels, and the labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=n)
    sums = rng.normal(size=(n, CLASSES), scale=1.5) + 1.5 * np.eye(CLASSES)[labels]
    powers = np.exp(sums)
    return powers / powers.sum(axis=1, keepdims=True), labels.astype(np.int32)


def measured(probe: Probe, probabilities: Any, labels: Any) -> Any:
    data = ProbeData(np.zeros((len(labels), 2), np.float32), labels)
    return probe(Outputs(probabilities), data, np.random.default_rng(0))


def by_definition(confidence: Any, right: Any, bins: int) -> float:
    """Return the error as it is written down: sort, cut, compare."""
    pairs = sorted(zip(confidence, right, strict=True))
    n = len(pairs)
    sizes = [n // bins + (number < n % bins) for number in range(bins)]
    error = 0.0
    for size in sizes:
        part, pairs = pairs[:size], pairs[size:]
        mean_confidence = sum(each for each, _ in part) / size
        error += size / n * abs(sum(each for _, each in part) / size - mean_confidence)
    return error


@pytest.mark.parametrize("n", [1_500, 1_507, 16])
def test_the_calibration_error_is_that_of_the_definition(n: int) -> None:
    """To rounding, where 15 bins are equal and where they cannot be."""
    probabilities, labels = answers(n)
    right = probabilities.argmax(axis=1) == labels
    expected = by_definition(probabilities.max(axis=1), right, 15)
    assert pytest.approx(expected) == measured(probes.CalibrationError(), probabilities, labels)


def test_the_calibration_error_is_that_of_scikit_learns_curve() -> None:
    """The mean distance of its quantile bins from the diagonal."""
    probabilities, labels = answers(1_500)
    right = probabilities.argmax(axis=1) == labels
    share, confidence = calibration_curve(right, probabilities.max(axis=1), n_bins=15, strategy="quantile")
    expected = np.abs(share - confidence).mean()
    assert pytest.approx(expected) == measured(probes.CalibrationError(), probabilities, labels)


@given(
    confidence=st.lists(st.sampled_from([0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=40),
    bins=st.integers(1, 20),
    seed=st.integers(0, 100),
)
def test_the_order_of_examples_does_not_matter(confidence: list[float], bins: int, seed: int) -> None:
    """Not even where many are equally sure."""
    rng = np.random.default_rng(seed)
    sure, right = np.array(confidence), rng.random(len(confidence)) < 0.5
    order = rng.permutation(len(sure))
    once, again = (calibration_error(sure[at], right[at], bins=bins) for at in (np.arange(len(sure)), order))
    assert pytest.approx(once) == again
    assert 0 <= once <= 1


def test_who_is_as_often_right_as_sure_has_no_error() -> None:
    """Sure to 3/4 and right in 3 of 4: 0; right in 1 of 4: 1/2."""
    sure, right = np.full(40, 0.75), np.arange(40) % 4
    assert 0 == calibration_error(sure, right > 0, bins=10)
    assert 0.5 == calibration_error(sure, right == 0, bins=10)


def test_the_brier_score_is_scikit_learns() -> None:
    """Unhalved, over all classes."""
    probabilities, labels = answers(500)
    unhalved: Any = False  # its stub says a string
    expected = brier_score_loss(labels, probabilities, labels=range(CLASSES), scale_by_half=unhalved)
    assert pytest.approx(expected) == measured(probes.BrierScore(), probabilities, labels)


def test_the_brier_score_of_the_best_and_the_worst() -> None:
    """0 for certainty of what is true, 2 for certainty of what is not."""
    labels = np.arange(4, dtype=np.int32)
    assert [0.0, 2.0] == [
        measured(probes.BrierScore(), np.eye(4)[shown], labels) for shown in (labels, (labels + 1) % 4)
    ]


def test_confidence_is_that_of_the_wrong_answers() -> None:
    """Two of three are wrong, sure to 0.7 and 0.5; without errors it is undefined."""
    probabilities = np.array([[0.9, 0.1, 0.0], [0.3, 0.7, 0.0], [0.5, 0.25, 0.25]])
    probe = probes.WrongConfidence()
    assert pytest.approx(0.6) == measured(probe, probabilities, np.array([0, 0, 2], np.int32))
    assert math.isnan(measured(probe, probabilities, np.array([0, 1, 0], np.int32)))


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [([[3.0, -2.0]], "End in softmax"), ([[0.4, 0.4]], "sum to 0.8"), ([[np.nan, 1.0]], "not all finite")],
)
def test_what_is_no_probability_is_refused(outputs: Any, sentence: str) -> None:
    """And the way out is said."""
    for probe in (probes.CalibrationError(), probes.BrierScore(), probes.WrongConfidence()):
        with pytest.raises(ProbeError, match=sentence):
            measured(probe, np.array(outputs), np.array([0], np.int32))
