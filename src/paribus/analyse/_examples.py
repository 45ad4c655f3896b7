"""What single test examples say: whether a difference extends to new ones, and where arms disagree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paribus.evidence import Interval, McNemar, TwoWay, mcnemar, two_way
from paribus.records import DatasetRecord, RunRecord

_MOST_EXAMPLES = 12
"""Of those on which the treatment does better, and of the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassAccuracy:
    """How often both arms are right on a class' `n` test examples, on the mean over seeds."""

    label: int
    name: str
    n: int
    treatment: float
    control: float

    @property
    def difference(self) -> float:
        """Treatment minus control."""
        return self.treatment - self.control


@dataclass(frozen=True, kw_only=True, slots=True)
class ExampleAccuracy:
    """With how many of the seeds, as a part of all, both arms are right on one test example; `index` counts from 0."""

    index: int
    label: int
    treatment: float
    control: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PairOfModels:
    """The two models of one seed: on how many examples only one is right. It says nothing of other seeds."""

    seed: int
    only_treatment: int
    only_control: int
    test: McNemar


@dataclass(frozen=True, kw_only=True, slots=True)
class Examples:
    """What test examples say of two arms.

    Attributes:
        interval: As the verdict's, but for new seeds and new examples.
        two_way: How far the difference depends on the examples.
        disagreement: On which part of the examples one arm is right and the other wrong, on the mean over seeds.
        classes: All of them, that with the largest difference first; empty if labels were not kept.
        examples: Those on which the arms differ most, up to twelve in favour of each, the largest difference first.
        pairs: By seed.
    """

    interval: Interval
    two_way: TwoWay
    disagreement: float
    classes: tuple[ClassAccuracy, ...]
    examples: tuple[ExampleAccuracy, ...]
    pairs: tuple[PairOfModels, ...]


class RightAndWrong:
    """Which test examples every run was right on.

    Args:
        records: The runs; those without a score are left out.
        dataset: What they were tested on.
    """

    def __init__(self, records: Sequence[RunRecord], dataset: DatasetRecord) -> None:
        self._tests = {
            (record.spec.arm, record.spec.seed): record.test for record in records if record.test is not None
        }
        self._dataset = dataset

    def between(
        self, treatment: str, control: str, seeds: Sequence[int], interval: Interval
    ) -> Examples | None:
        """Return what examples say of two arms; None without seeds.

        Args:
            treatment: Name of an arm.
            control: Name of another.
            seeds: Those that both completed.
            interval: Of their difference, for new seeds.
        """
        if not seeds:
            return None
        right, other = (
            np.stack([self._tests[arm, seed].correct for seed in seeds]).view(np.int8)
            for arm in (treatment, control)
        )
        delta_SxN = right - other
        shares = right.mean(axis=0), other.mean(axis=0)
        crossed = two_way(delta_SxN)
        return Examples(
            interval=crossed.extended(interval),
            two_way=crossed,
            disagreement=float(np.count_nonzero(delta_SxN) / delta_SxN.size),
            classes=self._classes(*shares),
            examples=self._examples(*shares),
            pairs=tuple(_pair(seed, delta) for seed, delta in zip(seeds, delta_SxN, strict=True)),
        )

    def _classes(
        self, treatment_N: NDArray[np.float64], control_N: NDArray[np.float64]
    ) -> tuple[ClassAccuracy, ...]:
        labels = self._dataset.labels
        if len(labels) != len(treatment_N):
            return ()
        counts = np.bincount(labels, minlength=self._dataset.classes)
        sums = [np.bincount(labels, share, self._dataset.classes) for share in (treatment_N, control_N)]
        found = [
            ClassAccuracy(
                label=label,
                name=self._name(label),
                n=int(counts[label]),
                treatment=float(sums[0][label] / counts[label]),
                control=float(sums[1][label] / counts[label]),
            )
            for label in np.flatnonzero(counts).tolist()
        ]
        return tuple(sorted(found, key=lambda each: -abs(each.difference)))

    def _name(self, label: int) -> str:
        names = self._dataset.class_names
        return names[label] if label < len(names) else str(label)

    def _examples(
        self, treatment_N: NDArray[np.float64], control_N: NDArray[np.float64]
    ) -> tuple[ExampleAccuracy, ...]:
        delta_N = treatment_N - control_N
        order = _most_different(delta_N)
        labels = self._dataset.labels
        known = len(labels) == len(delta_N)
        return tuple(
            ExampleAccuracy(
                index=index,
                label=int(labels[index]) if known else -1,
                treatment=float(treatment_N[index]),
                control=float(control_N[index]),
            )
            for index in order
        )


def _most_different(delta_N: NDArray[np.float64]) -> list[int]:
    """Return the examples with the largest differences in either direction, the largest first."""
    best = [np.argsort(-side, kind="stable")[:_MOST_EXAMPLES].tolist() for side in (delta_N, -delta_N)]
    found = [index for index in best[0] if delta_N[index] > 0] + [
        index for index in best[1] if delta_N[index] < 0
    ]
    return sorted(found, key=lambda index: (-abs(delta_N[index]), index))


def _pair(seed: int, delta_N: NDArray[np.int8]) -> PairOfModels:
    only_treatment, only_control = int((delta_N > 0).sum()), int((delta_N < 0).sum())
    return PairOfModels(
        seed=seed,
        only_treatment=only_treatment,
        only_control=only_control,
        test=mcnemar(only_treatment, only_control),
    )
