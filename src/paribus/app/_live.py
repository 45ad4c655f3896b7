"""How a study stands: what is under way by its bulletin, what has ended by the store."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from paribus.app._pages import stamp
from paribus.app._shelf import Shelf
from paribus.lab import Result, Watched
from paribus.progress import Bulletin, RunState, Snapshot
from paribus.records import EpochRecord, RunSpec, Status


class Cell(NamedTuple):
    """One run: how it stands in a word or number, and what is to be known besides. `kind` is "waiting", "going", "done" or "failed"."""

    kind: str
    said: str
    more: str


class Standing(NamedTuple):
    """A study as it stands.

    Attributes:
        going_on: Whether somebody trains.
        summary: How far it is, in a sentence.
        ended: Runs that have ended, of `planned`.
        planned: All of them.
        seeds: Columns.
        rows: An arm with its runs, in the order of the seeds.
        failures: Why runs failed.
        command: What goes on with it; empty where nobody knows, or there is nothing to do.
    """

    going_on: bool
    summary: str
    ended: int
    planned: int
    seeds: tuple[int, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    failures: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """A run under way, as far as its epochs are known."""

    spec: RunSpec
    epochs: tuple[EpochRecord, ...]


def bulletin_of(watched: Watched) -> Bulletin | None:
    """Return the study's bulletin while somebody trains, or if whoever did is silent; None where all is in the store."""
    bulletin = watched.bulletins.read()
    return None if bulletin is None or bulletin.over else bulletin


def seen_of(watched: Watched) -> str:
    """Return what changes whenever a run ends or somebody begins or ends training."""
    bulletin = bulletin_of(watched)
    state = "idle" if bulletin is None else "going" if bulletin.under_way(time.time()) else "silent"
    return stamp(watched.listing.ended, watched.listing.last_run_at, state)


def beats_seen(watched: Watched) -> str:
    """Return what changes with every bulletin, too."""
    bulletin = bulletin_of(watched)
    going = bulletin is not None and bulletin.under_way(time.time())
    return stamp(seen_of(watched), bulletin.written_at) if bulletin and going else seen_of(watched)


def epochs_seen(watched: Watched) -> str:
    """Return what changes whenever an epoch ends, too."""
    bulletin = bulletin_of(watched)
    states = [state for states in bulletin.snapshot.runs for state in states] if bulletin else []
    return stamp(seen_of(watched), sum(state.epochs for state in states))


def standing(watched: Watched, shelf: Shelf) -> Standing:
    """Return how a study stands."""
    bulletin = bulletin_of(watched)
    if bulletin is not None and bulletin.under_way(time.time()):
        return _going_on(bulletin.snapshot)
    return _at_rest(result_of(watched, shelf), bulletin)


def result_of(watched: Watched, shelf: Shelf) -> Result:
    """Return what the store holds of a study."""
    return shelf.result(watched.listing.record.study_id, seen_of(watched))


def unfinished(watched: Watched) -> tuple[UnfinishedRun, ...]:
    """Return the runs under way with the epochs they have passed."""
    bulletin = bulletin_of(watched)
    if bulletin is None or not bulletin.under_way(time.time()):
        return ()
    snapshot = bulletin.snapshot
    return tuple(
        UnfinishedRun(RunSpec(run_id="", arm=arm, arm_identity="", seed=seed), _epochs(state))
        for seed, states in zip(snapshot.seeds, snapshot.runs, strict=True)
        for arm, state in zip(snapshot.arms, states, strict=True)
        if state.under_way and state.curve
    )


def _epochs(state: RunState) -> tuple[EpochRecord, ...]:
    return tuple(
        EpochRecord(
            epoch=passed.epoch,
            loss=math.nan,
            accuracy=passed.training,
            validation_loss=math.nan,
            validation_accuracy=passed.validation,
            train_seconds=math.nan,
        )
        for passed in state.curve
    )


def _going_on(snapshot: Snapshot) -> Standing:
    states = [state for states in snapshot.runs for state in states]
    failed = f", {snapshot.failed} of them failed" if snapshot.failed else ""
    at_once = f", {snapshot.parallel} at once" if snapshot.parallel > 1 else ""
    left = f"; {snapshot.time_left}" if snapshot.time_left else ""
    return Standing(
        going_on=True,
        summary=f"{snapshot.ended} of {snapshot.todo} runs trained{failed}{at_once}{left}.",
        ended=sum(state.status is not None for state in states),
        planned=snapshot.planned,
        seeds=snapshot.seeds,
        rows=tuple(
            (arm, tuple(_cell(by_seed[place], snapshot.epochs) for by_seed in snapshot.runs))
            for place, arm in enumerate(snapshot.arms)
        ),
        failures=tuple(
            f"{arm}, seed {seed}: {state.why}"
            for seed, by_arm in zip(snapshot.seeds, snapshot.runs, strict=True)
            for arm, state in zip(snapshot.arms, by_arm, strict=True)
            if state.why
        ),
        command="",
    )


def _cell(state: RunState, epochs: int) -> Cell:
    if state.status is Status.COMPLETED and state.accuracy is not None:
        return Cell("done", f"{state.accuracy:.2%}", "test accuracy")
    if state.status is not None:
        return Cell("failed", state.status.value, state.why)
    if state.accuracy is not None:
        return Cell("going", f"{state.epochs}/{epochs}", f"validation {state.accuracy:.1%}")
    return Cell("going", "starts", "") if state.begun else Cell("waiting", "waits", "")


def _at_rest(result: Result, bulletin: Bulletin | None) -> Standing:
    analysis = result.analysis
    scores = {
        (arm.arm, score.seed): score.metrics["test_accuracy"] for arm in analysis.arms for score in arm.seeds
    }
    ended = {(record.spec.arm, record.spec.seed): record.status for record in result.records}
    missing = {(run.arm, run.seed): run.reason for run in analysis.missing}
    planned = len(scores) + len(missing)
    left = planned - len(ended)
    return Standing(
        going_on=False,
        summary=" ".join(_rest_words(bulletin, len(ended), planned)),
        ended=len(ended),
        planned=planned,
        seeds=analysis.seeds,
        rows=tuple(
            (
                arm.arm,
                tuple(
                    _rest_cell(
                        scores.get((arm.arm, seed)), ended.get((arm.arm, seed)), missing.get((arm.arm, seed))
                    )
                    for seed in analysis.seeds
                ),
            )
            for arm in analysis.arms
        ),
        failures=tuple(
            f"{arm}, seed {seed}: {reason}" for (arm, seed), reason in missing.items() if (arm, seed) in ended
        ),
        command=result.command if left else "",
    )


def _rest_words(bulletin: Bulletin | None, ended: int, planned: int) -> Iterator[str]:
    if bulletin is not None:
        yield (
            f"Nobody has written for {bulletin.age(time.time()):.0f} seconds: the process that trained was killed, or stands still."
        )
    yield (
        f"All {planned} runs have ended."
        if ended >= planned
        else f"{ended} of {planned} runs have ended; nobody is training."
    )


def _rest_cell(score: float | None, status: Status | None, reason: str | None) -> Cell:
    if score is not None:
        return Cell("done", f"{score:.2%}", "test accuracy")
    if status is not None:
        return Cell("failed", status.value, reason or "")
    return Cell("waiting", "to do" if reason else "not planned", "")
