"""Runs of one arm in step, epoch by epoch; most often there is one."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from paribus.backend import Array
from paribus.records import EpochRecord, Status
from paribus.study import Study
from paribus.train._checkpoint import Checkpoint
from paribus.train._normalization_check import check_normalization
from paribus.train._probing import measure
from paribus.train._runs import Checkpointed, KeptWeights, Message, Outcome, Run, Stopwatch, diverged, scored
from paribus.train._weights import encode_weights
from paribus.train.engines import Engine, EpochMeans, Scores, State, Together, make_together


class DeviceSplit(NamedTuple):
    """Examples and labels where an engine trains."""

    x: Array
    y: Array


class Said(NamedTuple):
    """What there is to tell of a run that goes on."""

    run: Run
    message: Message


class Ended(NamedTuple):
    """A run, and how it ended."""

    run: Run
    outcome: Outcome


class Company:
    """Runs with as many epochs behind them, trained at once. What happens in one of them changes no other.

    Args:
        study: What they are runs of.
        runs: The runs.
        engine: Their arm's.
        split: Returns a split of the dataset, placed.
        checkpoint_seconds: If all epochs take longer, every run is checkpointed after each.
        watch: Shares the time among them.
    """

    def __init__(
        self,
        study: Study,
        runs: Sequence[Run],
        engine: Engine,
        *,
        split: Callable[[str], DeviceSplit],
        checkpoint_seconds: float,
        watch: Stopwatch,
    ) -> None:
        self._study = study
        self._dataset = study.dataset
        self._recipe = study.recipe
        self._runs = runs
        self._engine = engine
        self._together: Together = make_together(engine, len(runs))
        self._split = split
        self._checkpoint_seconds = checkpoint_seconds
        self._watch = watch
        self._live = list(runs)
        for run in runs:
            run.together, run.replaced_layers = len(runs), engine.replaced_layers

    def train(self, states: list[State], *, compiled_before: float) -> Iterator[Said | Ended]:
        """Train every run to its end. Whatever computing raises comes out.

        Args:
            states: Where each run begins; emptied, so that their memory is free.
            compiled_before: Seconds that the engine had compiled before these runs.
        """
        try:
            yield from self._train(self._join(states, compiled_before))
        finally:
            self._watch.lap(self._live)

    def _join(self, states: list[State], compiled_before: float) -> State:
        state = self._together.join(states)
        states.clear()
        self._together.prepare(
            state,
            *self._split("train"),
            batch_size=self._recipe.batch_size,
            n_evaluated=(len(self._dataset.validation), len(self._dataset.test)),
        )
        for run in self._runs:
            run.compile_seconds += (self._engine.compile_seconds - compiled_before) / len(self._runs)
        return state

    def _train(self, state: State) -> Iterator[Said | Ended]:
        for number in range(len(self._runs[0].epochs) + 1, self._recipe.epochs + 1):
            state, means, seconds = self._epoch(state, number)
            evaluated = self._evaluated(state)
            validation = self._evaluate(evaluated, "validation")
            self._watch.lap(self._live)
            pairs = zip(means, validation, strict=True)
            yield from self._recorded([_epoch_record(number, *pair, seconds) for pair in pairs])
            if not self._live:
                return
            if number == self._recipe.epochs:
                yield from self._scored(state, evaluated, validation)
            elif self._is_long():
                yield from self._checkpoints(state)

    def _scored(self, state: State, evaluated: State, validation: list[Scores]) -> Iterator[Said | Ended]:
        """Touch the test set, once, measure what probes measure on it, and end the runs that have not ended."""
        tests = self._evaluate(evaluated, "test", keep_outputs=bool(self._study.probes))
        checks = check_normalization(
            self._together,
            state,
            validation,
            x_train=self._split("train").x,
            **self._split("validation")._asdict(),
            batch_size=self._recipe.batch_size,
            recalibrated=self._recalibrates,
        )
        outcomes = [
            scored(run.epochs[-1], test, check)
            for run, test, check in zip(self._runs, tests, checks, strict=True)
        ]
        self._watch.lap(self._live)
        kept = [b""] * len(outcomes)
        if self._study.probes or self._study.keep_weights:
            outcomes, kept = self._measured(evaluated, outcomes, tests)
        for run, outcome, weights in zip(self._runs, outcomes, kept, strict=True):
            if run in self._live:
                self._live.remove(run)
                if weights:
                    yield Said(run, KeptWeights(weights))
                yield Ended(run, outcome)

    def _measured(
        self, evaluated: State, outcomes: Sequence[Outcome], tests: Sequence[Scores]
    ) -> tuple[list[Outcome], list[bytes]]:
        """Return how the runs ended, those that were trained to their end with what probes measure, and weights that are to be kept."""
        states = [self._engine.from_arrays(arrays) for arrays in self._together.to_arrays(evaluated)]
        ends: list[Outcome] = []
        kept: list[bytes] = []
        for run, outcome, test, state in zip(self._runs, outcomes, tests, states, strict=True):
            completed = run in self._live and outcome.status is Status.COMPLETED
            ends.append(self._probed(run, outcome, test, state) if completed else outcome)
            kept.append(self._weights(state) if completed and self._study.keep_weights else b"")
        return ends, kept

    def _probed(self, run: Run, outcome: Outcome, test: Scores, state: State) -> Outcome:
        if not self._study.probes:
            return outcome
        compiled_before = self._engine.compile_seconds
        probes = measure(
            self._study,
            self._study.probes,
            self._engine,
            state,
            test_outputs=lambda: test.outputs,
            seed=run.spec.seed,
        )
        run.compile_seconds += self._engine.compile_seconds - compiled_before
        self._watch.lap([run])
        return replace(outcome, probes=probes)

    def _weights(self, state: State) -> bytes:
        arrays, trained = self._engine.to_arrays(state), len(state.trainable)
        return encode_weights(arrays[:trained], arrays[trained : trained + len(state.non_trainable)])

    def _epoch(self, state: State, number: int) -> tuple[State, list[EpochMeans], float]:
        """Train for an epoch; the last result is each run's share of the seconds."""
        began = time.perf_counter()
        orders = np.stack([run.orders[number - 1] for run in self._runs])
        state, means = self._together.train_epoch(
            state, *self._split("train"), orders, batch_size=self._recipe.batch_size
        )
        return state, means, (time.perf_counter() - began) / len(self._live)

    @property
    def _recalibrates(self) -> bool:
        return self._recipe.batchnorm == "recalibrate" and self._together.normalizations > 0

    def _evaluated(self, state: State) -> State:
        """Return the state in which the runs are evaluated; they train on from the one given, whose buffers it shares."""
        if not self._recalibrates:
            return state
        return self._together.recalibrated(state, self._split("train").x, batch_size=self._recipe.batch_size)

    def _evaluate(self, state: State, split: str, *, keep_outputs: bool = False) -> list[Scores]:
        return self._together.evaluate(
            state, *self._split(split), batch_size=self._recipe.batch_size, keep_outputs=keep_outputs
        )

    def _recorded(self, records: Sequence[EpochRecord]) -> Iterator[Said | Ended]:
        """Keep an epoch of the runs that have not ended; one whose loss is not finite has. Its lane is computed on, unseen."""
        for run, record in zip(self._runs, records, strict=True):
            if run not in self._live:
                continue
            run.epochs.append(record)
            yield Said(run, record)
            if not np.isfinite(record.loss):
                self._live.remove(run)
                yield Ended(run, diverged(record))

    def _is_long(self) -> bool:
        """Whether all epochs take long, by those so far."""
        seconds = [epoch.train_seconds for epoch in self._live[0].epochs]
        mean_seconds = sum(seconds) / len(seconds) * len(self._live)
        return mean_seconds * self._recipe.epochs >= self._checkpoint_seconds

    def _checkpoints(self, state: State) -> Iterator[Said]:
        for run, arrays in zip(self._runs, self._together.to_arrays(state), strict=True):
            if run in self._live:
                yield Said(run, Checkpointed(Checkpoint(tuple(run.epochs), tuple(arrays)).encode()))


def _epoch_record(number: int, means: EpochMeans, validation: Scores, train_seconds: float) -> EpochRecord:
    return EpochRecord(
        epoch=number,
        loss=means.loss,
        accuracy=means.accuracy,
        validation_loss=validation.loss,
        validation_accuracy=float(validation.correct.mean()),
        train_seconds=train_seconds,
        metrics=means.metrics,
        validation_metrics=validation.metrics,
    )
