"""Work spread over an executor: arms to be built, runs to be trained, stored runs to be measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from paribus.audit import (
    Auditor,
    Built,
    Order,
    Outcome,
    Refused,
    Unbuilt,
    arm_records,
    first_orders,
    matches,
    refusals,
    sized_study,
    sizing_orders,
)
from paribus.executors import Cause, Done, Executor, Job
from paribus.plan import Group
from paribus.progress import Watcher
from paribus.records import ArmRecord, EpochRecord, Match, ProbeOutcome, RunRecord, RunSpec, Status
from paribus.store import Checkpoints
from paribus.study import Study
from paribus.train import (
    Assignment,
    Checkpointed,
    Groups,
    KeptWeights,
    Measurement,
    OfRun,
    StoredRuns,
    failed_record,
)

_STATUSES = {
    Cause.DIED: Status.DIED,
    Cause.TIMED_OUT: Status.TIMED_OUT,
    Cause.OUT_OF_MEMORY: Status.OUT_OF_MEMORY,
}


@dataclass(frozen=True, slots=True)
class Sized:
    """A study at the sizes that meet its budgets, its arms as they were built, and how far each meets them."""

    study: Study
    arms: tuple[ArmRecord, ...]
    matches: tuple[Match, ...]


def built_arms(study: Study, executor: Executor, waiting: Callable[[], None]) -> Sized:
    """Build every arm for its structure, those that are resized after those they may be sized like.

    An arm whose worker did not live to build it has no layers.

    Args:
        study: Whose arms are built.
        executor: Where.
        waiting: Called while they are; may raise to end it.

    Raises:
        ArmError: Arms that cannot be built, do not fit the dataset, or cannot be matched to their budgets; all are named.
    """
    auditor = Auditor(study)
    job: Job[Order, Built | Refused] = Job(
        make=lambda: auditor,
        key=lambda order: order.arm,
        pack=lambda order: order,
        heard=lambda _order, _nothing: None,
        waiting=waiting,
    )
    outcomes = _outcomes(job, executor, first_orders(study))
    if problems := refusals(outcomes):
        raise problems
    outcomes |= _outcomes(job, executor, sizing_orders(study, outcomes))
    if problems := refusals(outcomes):
        raise problems
    found = matches(study, outcomes)
    sized = sized_study(study, found)
    return Sized(sized, arm_records(sized, outcomes), found)


def _outcomes(
    job: Job[Order, Built | Refused], executor: Executor, orders: Sequence[Order]
) -> dict[str, Outcome]:
    return {
        outcome.item.arm: outcome.result if isinstance(outcome, Done) else Unbuilt(outcome.reason)
        for outcome in executor.map(job, orders)
    }


class Training:
    """Runs on their way to records.

    Args:
        study: What they are runs of.
        checkpoints: Where each of them goes on.
        watcher: Told of every epoch.
        ended: Told how each run ended, well or badly, as it ends.
        weighed: Given the weights of a run that is about to end, if the study keeps them.
    """

    def __init__(
        self,
        study: Study,
        *,
        checkpoints: Checkpoints,
        watcher: Watcher,
        ended: Callable[[RunRecord], None],
        weighed: Callable[[RunSpec, bytes], None],
    ) -> None:
        self._study = study
        self._checkpoints = checkpoints
        self._watcher = watcher
        self._ended = ended
        self._weighed = weighed
        self._epochs: dict[str, list[EpochRecord]] = {}  # of runs that have not ended

    def carry_out(self, groups: Sequence[Group], executor: Executor) -> None:
        """Train all runs.

        What is left of a group whose worker is lost is trained again, one run after the other: one of them may be to blame.
        """
        self._epochs = {spec.run_id: [] for group in groups for spec in group}
        job = Job(
            make=partial(Groups, self._study, checkpoint_seconds=self._checkpoints.after_seconds),
            key=_arm_identity,
            pack=self._assign,
            heard=self._heard,
            waiting=self._watcher.waiting,
        )
        alone: list[Group] = []
        for outcome in executor.map(job, groups):
            if isinstance(outcome, Done):
                continue
            for spec in self._unfinished(outcome.item):
                if len(outcome.item) > 1:
                    alone.append((spec,))
                else:
                    self._fail(spec, _STATUSES[outcome.cause], outcome.reason)
        if alone:
            self.carry_out(alone, executor)

    def _unfinished(self, group: Group) -> Group:
        return tuple(spec for spec in group if spec.run_id in self._epochs)

    def _assign(self, group: Group) -> tuple[Assignment, ...]:
        specs = self._unfinished(group)
        for spec in specs:
            self._epochs[spec.run_id].clear()
            self._watcher.run_began(spec)
        return tuple(Assignment(spec, self._checkpoints.read(spec.run_id)) for spec in specs)

    def _heard(self, _group: Group, message: OfRun | RunRecord) -> None:
        if isinstance(message, RunRecord):
            self._end(message)
        elif isinstance(message.message, Checkpointed):
            self._checkpoints.write(message.spec.run_id, message.message.checkpoint)
        elif isinstance(message.message, KeptWeights):
            self._weighed(message.spec, message.message.content)
        else:
            self._keep(message.spec, message.message)

    def _keep(self, spec: RunSpec, epoch: EpochRecord) -> None:
        seen = self._epochs[spec.run_id]
        if seen and seen[-1].epoch >= epoch.epoch:  # the run has begun again
            seen.clear()
        seen.append(epoch)
        self._watcher.epoch_ended(spec, epoch)

    def _fail(self, spec: RunSpec, status: Status, reason: str) -> None:
        self._end(failed_record(self._study, spec, status, reason, self._epochs[spec.run_id]))

    def _end(self, record: RunRecord) -> None:
        del self._epochs[record.spec.run_id]
        self._ended(record)
        if record.status.is_final:  # anything else is tried again, from where it was
            self._checkpoints.remove(record.spec.run_id)


def _arm_identity(group: Group) -> str:
    return group[0].arm_identity


def measured_runs(
    study: Study,
    wanted: Mapping[RunSpec, tuple[str, ...]],
    executor: Executor,
    read: Callable[[RunSpec], bytes],
    waiting: Callable[[], None],
) -> Iterator[tuple[RunSpec, tuple[ProbeOutcome, ...] | str]]:
    """Yield what probes measure on stored runs, or in a sentence why a run could not be measured.

    Args:
        study: Whose runs they are; it declares the probes.
        wanted: By run, the names of the probes.
        executor: Where.
        read: Returns a run's weights; nothing if they are lost.
        waiting: Called while they are measured; may raise to end it.
    """
    job: Job[RunSpec, tuple[ProbeOutcome, ...] | str] = Job(
        make=partial(StoredRuns, study),
        key=lambda spec: spec.arm_identity,
        pack=lambda spec: Measurement(spec, read(spec), wanted[spec]),
        heard=lambda _spec, _nothing: None,
        waiting=waiting,
    )
    for outcome in executor.map(job, list(wanted)):
        yield outcome.item, outcome.result if isinstance(outcome, Done) else outcome.reason
