"""Whether BatchNormalization normalises in inference as it did in training."""

from collections.abc import Sequence

from paribus.backend import Array
from paribus.records import NormalizationCheck
from paribus.train.engines import Scores, State, Together, full_batches


def check_normalization(
    together: Together,
    state: State,
    inference: Sequence[Scores],
    *,
    x_train: Array,
    x: Array,
    y: Array,
    batch_size: int,
    recalibrated: bool,
) -> list[NormalizationCheck | None]:
    """Score validation in inference, by batch and with statistics estimated anew, for each seed; None of a model without any.

    Args:
        together: What trained the seeds.
        state: Where training has left them; not changed.
        inference: How validation was scored.
        x_train: All training examples, placed.
        x: All validation examples, placed.
        y: All validation labels, placed.
        batch_size: Examples per batch.
        recalibrated: Whether validation was scored with statistics estimated anew.
    """
    if not together.normalizations:
        return [None] * len(inference)
    n = full_batches(int(y.shape[0]), batch_size)
    by_batch = together.evaluate_by_batch(state, x[:n], y[:n], batch_size=batch_size)
    reestimated = inference
    if not recalibrated:
        anew = together.recalibrated(state, x_train, batch_size=batch_size)
        reestimated = together.evaluate(anew, x[:n], y[:n], batch_size=batch_size)
    return [
        NormalizationCheck(
            layers=together.normalizations,
            n=n,
            inference=_accuracy(each[0], n),
            by_batch=_accuracy(each[1], n),
            reestimated=_accuracy(each[2], n),
        )
        for each in zip(inference, by_batch, reestimated, strict=True)
    ]


def _accuracy(scores: Scores, n: int) -> float:
    return float(scores.correct[:n].mean())
