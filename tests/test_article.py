"""The article's study with twenty seeds, as it was trained: what looks would have spared."""

from dataclasses import replace

import numpy as np
import pytest

from paribus.analyse import analyse
from paribus.lab import default_looks
from paribus.lab._design import portions, still_open
from paribus.records import Design, RunRecord
from paribus.study import Contrast, StudyRecord
from tests.conftest import make_run_record

ACCURACIES = {
    "dense": [
        0.9337, 0.9328, 0.9299, 0.9318, 0.9349, 0.9334, 0.9376, 0.9315, 0.9316, 0.9345,
        0.9332, 0.9314, 0.9327, 0.9337, 0.9325, 0.9313, 0.9313, 0.9316, 0.9321, 0.9309,
    ],
    "conv": [
        0.9668, 0.9662, 0.9676, 0.9650, 0.9688, 0.9672, 0.9639, 0.9683, 0.9692, 0.9667,
        0.9656, 0.9643, 0.9709, 0.9601, 0.9688, 0.9652, 0.9648, 0.9667, 0.9662, 0.9646,
    ],
    "max pooling": [
        0.9676, 0.9650, 0.9669, 0.9663, 0.9611, 0.9659, 0.9668, 0.9659, 0.9691, 0.9672,
        0.9658, 0.9657, 0.9653, 0.9610, 0.9661, 0.9622, 0.9625, 0.9696, 0.9654, 0.9653,
    ],
    "average pooling": [
        0.9661, 0.9640, 0.9682, 0.9627, 0.9564, 0.9664, 0.9639, 0.9675, 0.9694, 0.9653,
        0.9648, 0.9647, 0.9655, 0.9613, 0.9672, 0.9618, 0.9617, 0.9667, 0.9665, 0.9626,
    ],
}  # fmt: skip
"""Test accuracy by seed; Python 3.11, JAX 0.10.1, native kernels."""

SEEDS = tuple(range(20))


@pytest.fixture
def article(study_record: StudyRecord) -> StudyRecord:
    arms = tuple(replace(study_record.arms[0], name=name, identity=name) for name in ACCURACIES)
    asked = (("conv", "dense"), ("max pooling", "conv"), ("average pooling", "max pooling"))
    return replace(study_record, arms=arms, contrasts=tuple(Contrast(*pair, margin=0.005) for pair in asked))


def trained(order: np.ndarray) -> dict[tuple[str, int], RunRecord]:
    """Return the runs, as if seeds had been drawn in this order."""
    return {
        (arm, seed): make_run_record(arm, seed, accuracies[int(order[seed])])
        for arm, accuracies in ACCURACIES.items()
        for seed in SEEDS
    }


def until_decided(study: StudyRecord, runs: dict[tuple[str, int], RunRecord]) -> tuple[dict[str, str], int]:
    """Return what is concluded with looks at a quarter, half, three quarters and all, and after how many runs."""
    looks = default_looks(len(SEEDS))
    arms, used = tuple(ACCURACIES), dict[tuple[str, int], RunRecord]()
    words = dict[str, str]()
    for seeds in portions(SEEDS, looks):
        used |= {key: run for key, run in runs.items() if key[0] in arms and key[1] in seeds}
        analysis = analyse(
            study, seeds, list(used.values()), design=Design(seeds=SEEDS, looks=looks), planned=set(used)
        )
        words = {label: verdict.word.value for label, verdict in analysis.verdicts.items()}
        arms = still_open(analysis, len(SEEDS))
        if not arms:
            break
    return words, len(used)


def test_looks_spare_half_of_the_runs(article: StudyRecord) -> None:
    """Forty of eighty, with the verdicts of all twenty seeds."""
    runs = trained(np.arange(20))
    fixed = analyse(article, SEEDS, list(runs.values()))
    expected = {label: verdict.word.value for label, verdict in fixed.verdicts.items()}
    assert {
        "conv − dense": "better",
        "max pooling − conv": "equivalent",
        "average pooling − max pooling": "equivalent",
    } == expected
    assert (expected, 40) == until_decided(article, runs)


def test_they_do_so_in_whichever_order_seeds_are_drawn(article: StudyRecord) -> None:
    """Convolution against dense is better at no more than half of the runs that a fixed number takes."""
    study = replace(article, contrasts=article.contrasts[:1], arms=article.arms[:2])
    rng = np.random.default_rng(0)
    for _ in range(20):
        runs = {key: run for key, run in trained(rng.permutation(20)).items() if key[0] in {"conv", "dense"}}
        words, used = until_decided(study, runs)
        assert {"conv − dense": "better"} == words
        assert used <= 20
