"""Several seeds of one arm on JAX at once: their states lie on a leading axis, and one step serves all."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.backend import Array, jax, keras
from paribus.train.engines._base import (
    BatchScores,
    EpochMeans,
    Scores,
    State,
    Sums,
    as_scores,
    host_copies,
    zero_sums,
)
from paribus.train.engines._jax_passes import Functions, Passes, Steps
from paribus.train.engines._normalization import reestimated

_SHARE_OF_FREE = 0.8
"""What is left over is for what an allocator cannot give in one piece, and for evaluation."""


class JaxTogether:
    """A fixed number of seeds in step. What happens in one of them, NaN included, is not seen by the others.

    Args:
        steps: What one seed computes.
        seeds: How many there are.
        whole_epochs: Whether the full batches of an epoch are one computation.
    """

    def __init__(self, steps: Steps, seeds: int, *, whole_epochs: bool) -> None:
        self._meters = steps.objective.meters
        self._seeds = seeds
        self._normalizations = steps.normalizations
        functions = Functions(
            step=jax().vmap(steps.step, in_axes=(0, 0, None, None, 0)),
            score=jax().vmap(steps.score, in_axes=(0, None, None)),
            score_by_batch=jax().vmap(steps.score_by_batch, in_axes=(0, None, None)),
            gather_statistics=jax().vmap(steps.gather_statistics, in_axes=(0, None)),
        )
        self._passes = Passes(functions, whole_epochs=whole_epochs)

    @property
    def compile_seconds(self) -> float:
        """What compiling has taken so far."""
        return self._passes.compile_seconds

    @property
    def normalizations(self) -> int:
        """How many batch normalisations the arm has whose statistics training moves."""
        return len(self._normalizations)

    def join(self, states: Sequence[State]) -> State:
        """Return one state that holds those of all seeds, on a leading axis."""
        lists = (
            [jax().numpy.stack(arrays) for arrays in zip(*lists, strict=True)]
            for lists in zip(*states, strict=True)
        )
        return State(*lists)

    def prepare(
        self, state: State, x: Array, y: Array, *, batch_size: int, n_evaluated: tuple[int, ...]
    ) -> None:
        """Compile every shape that the seeds need."""
        orders = np.zeros((self._seeds, len(y)), np.int32)
        self._passes.prepare(
            state, self._zero_sums(), x, y, orders, batch_size=batch_size, n_evaluated=n_evaluated
        )
        if self.normalizations and n_evaluated:
            self._passes.prepare_normalizations(state, x, y, batch_size=batch_size, n_evaluated=n_evaluated)

    def train_epoch(
        self, state: State, x: Array, y: Array, orders: NDArray[np.int32], *, batch_size: int
    ) -> tuple[State, list[EpochMeans]]:
        """Take the examples in each seed's own order; the buffers of `state` are reused."""
        state, sums = self._passes.train(state, self._zero_sums(), x, y, orders, batch_size=batch_size)
        n = orders.shape[-1]
        on_host = zip(*(np.asarray(each) for each in sums), strict=True)
        means = [
            EpochMeans(float(loss) / n, int(correct) / n, self._meters.means(metrics))
            for loss, correct, metrics in on_host
        ]
        return state, means

    def evaluate(
        self, state: State, x: Array, y: Array, *, batch_size: int, keep_outputs: bool = False
    ) -> list[Scores]:
        """Score all examples by every seed, in inference mode."""
        return self._scores(
            self._passes.evaluate(state, x, y, batch_size=batch_size, keep_outputs=keep_outputs)
        )

    def recalibrated(self, state: State, x: Array, *, batch_size: int) -> State:
        """Return the state with every seed's statistics estimated anew."""
        batches = self._passes.statistics(state, x, batch_size=batch_size)
        return reestimated(state, self._normalizations, batches, jax().numpy.asarray)

    def evaluate_by_batch(self, state: State, x: Array, y: Array, *, batch_size: int) -> list[Scores]:
        """Score all placed examples by every seed, normalised by batch."""
        return self._scores(
            self._passes.evaluate(state, x, y, batch_size=batch_size, normalized_by_batch=True)
        )

    def to_arrays(self, state: State) -> list[list[NDArray[Any]]]:
        """Return copies on the host of every seed's arrays, as its engine would."""
        arrays = host_copies(state)
        return [[np.array(array[seed]) for array in arrays] for seed in range(self._seeds)]

    def _scores(self, found: BatchScores) -> list[Scores]:
        return [as_scores(BatchScores(*seed), self._meters) for seed in zip(*found, strict=True)]

    def _zero_sums(self) -> Sums:
        ops = keras().ops
        return Sums(*(ops.stack([each] * self._seeds) for each in zero_sums(self._meters)))


def free_bytes() -> int | None:
    """Return how much memory the device has left; None where it does not say, as a CPU."""
    stats: dict[str, int] = jax().local_devices()[0].memory_stats() or {}
    limit, used = (stats.get(name, -1) for name in ("bytes_limit", "bytes_in_use"))
    return limit - used if min(limit, used) >= 0 else None  # JAX gives -1 for what a device does not know


def seeds_that_fit(executable: Any, *, shared: int, free: int) -> int:
    """Return how many seeds can be trained at once, one at least; any number where the compiler does not say what one needs.

    Args:
        executable: The training step of one seed.
        shared: Bytes of its arguments that all seeds share, and that are on the device already.
        free: Bytes that the device has left.
    """
    needs = executable.memory_analysis()  # JAX promises no attribute of it
    try:
        own = needs.argument_size_in_bytes - needs.alias_size_in_bytes - shared
        each = max(1, own + needs.output_size_in_bytes + needs.temp_size_in_bytes)
    except AttributeError:
        return sys.maxsize
    return max(1, int(free * _SHARE_OF_FREE) // each)
