"""Pitfalls in the data of a study, read from its arrays."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from paribus.datasets import Dataset, Split
from paribus.fairness._words import counted, percent
from paribus.records import Finding, Severity

_LEAKED = 0.01
"""A part of a split that decides scores if it was seen before."""
_IMBALANCE, _STRONG_IMBALANCE = 2.0, 4.0
_SHIFT = 0.1
"""Total variation distance between two splits' shares of the classes."""
_NOISE = 4.0
"""Standard deviations of a share that chance alone hardly exceeds."""
_EXAMPLES_LOOKED_AT = 200


def data_findings(dataset: Dataset) -> Iterator[Finding]:
    """Yield what is wrong with the data, whatever the arms."""
    digests = {name: _digests(split.x) for name, split in dataset.splits.items()}
    yield from _duplicates(digests)
    yield from _conflicting_labels(dataset, digests)
    yield from _class_imbalance(dataset)
    yield from _label_shift(dataset)


def object_size(dataset: Dataset) -> tuple[int, ...]:
    """Return the median extent of what is to be seen, along each axis but the channels.

    It reaches from the first to the last place that differs from the example's most frequent value. Empty where it fills the
    example: that has no background, and what is to be seen may be smaller.
    """
    x = dataset.train.x[:_EXAMPLES_LOOKED_AT]
    if x.ndim < 3:
        return ()
    extents = tuple(int(size) for size in np.median([_extent(example) for example in x], axis=0))
    return () if extents == x.shape[1:-1] else extents


def _extent(example: NDArray[np.float32]) -> list[int]:
    values, counts = np.unique(example, return_counts=True)
    differs = (example != values[np.argmax(counts)]).any(axis=-1)
    extents: list[int] = []
    for axis in range(differs.ndim):
        others = tuple(other for other in range(differs.ndim) if other != axis)
        places = np.flatnonzero(differs.any(axis=others))
        extents.append(int(places[-1] - places[0] + 1) if places.size else 0)
    return extents


def _digests(x: NDArray[np.float32]) -> list[bytes]:
    rows = np.ascontiguousarray(x).reshape(len(x), -1)
    return [hashlib.blake2b(row.tobytes(), digest_size=16).digest() for row in rows]


def _duplicates(digests: dict[str, list[bytes]]) -> Iterator[Finding]:
    for one, other in combinations(digests, 2):
        known = set(digests[one])
        found = [place for place, digest in enumerate(digests[other]) if digest in known]
        if not found:
            continue
        share = len(found) / len(digests[other])
        yield Finding(
            kind="duplicates",
            severity=Severity.UNFAIR if share >= _LEAKED else Severity.CAUTION,
            about=f"{one} and {other}",
            evidence=f"of the {len(digests[other]):,} {other} examples {len(found):,} ({percent(share)}) can be found among the {one} "
            f"examples, too; row {found[0]} is the first.",
            remedy=f"take them out of {one} or {other}: arms that memorise gain by them.",
        )


def _conflicting_labels(dataset: Dataset, digests: dict[str, list[bytes]]) -> Iterator[Finding]:
    labels: dict[bytes, int] = {}
    conflicts = 0
    for digest, label in zip(digests["train"], dataset.train.y.tolist(), strict=True):
        conflicts += labels.setdefault(digest, label) != label
    if conflicts:
        share = conflicts / len(dataset.train)
        yield Finding(
            kind="conflicting_labels",
            severity=Severity.CAUTION if share >= _LEAKED else Severity.NOTE,
            about="train",
            evidence=f"{counted(conflicts, 'training example')} ({percent(share)}) with another label than an equal one before.",
            remedy="decide which label is right; no arm can learn both.",
        )


def _class_imbalance(dataset: Dataset) -> Iterator[Finding]:
    for name, split in dataset.splits.items():
        counts = np.bincount(split.y, minlength=dataset.classes)
        largest, smallest = int(counts.max()), int(counts.min())
        ratio = largest / smallest if smallest else float("inf")
        missing_in_training = name == "train" and not smallest
        if not missing_in_training and (ratio < _IMBALANCE or not _beyond_chance(counts)):
            continue
        names = dataset.class_names
        yield Finding(
            kind="class_imbalance",
            severity=Severity.CAUTION if ratio >= _STRONG_IMBALANCE else Severity.NOTE,
            about=name,
            evidence=f"class '{names[int(counts.argmax())]}' has {largest:,} {name} examples, '{names[int(counts.argmin())]}' "
            f"{smallest:,}; answering the first always is right for {percent(largest / len(split))}.",
            remedy="read accuracy beside that number; class_weights in the recipe weigh the loss, for all arms alike.",
        )


def _label_shift(dataset: Dataset) -> Iterator[Finding]:
    train = _shares(dataset.train, dataset.classes)
    for name in ("validation", "test"):
        split = dataset.splits[name]
        distance = 0.5 * float(np.abs(train - _shares(split, dataset.classes)).sum())
        noise = _NOISE * 0.5 * np.sqrt(dataset.classes / min(len(split), len(dataset.train)))
        if distance > max(_SHIFT, float(noise)):
            yield Finding(
                kind="label_shift",
                severity=Severity.CAUTION,
                about=name,
                evidence=f"{percent(distance)} of the {name} examples would need another class for it to have the shares of the "
                "training data.",
                remedy="shuffle the rows before they are split; validation_split takes the last ones.",
            )


def _beyond_chance(counts: Sequence[int] | NDArray[np.int64]) -> bool:
    """Whether the classes' sizes differ by more than draws from equal shares would."""
    expected = np.sum(counts) / len(counts)
    return bool(np.max(np.abs(np.asarray(counts) - expected)) > _NOISE * np.sqrt(expected))


def _shares(split: Split, classes: int) -> NDArray[np.float64]:
    return np.bincount(split.y, minlength=classes) / len(split)
