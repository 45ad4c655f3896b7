"""The conductor: from a declared study to its result."""

import importlib.metadata
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from paribus.analyse import Analysis, analyse
from paribus.audit import audit as build_arms
from paribus.doctor import Examination
from paribus.doctor import doctor as examine
from paribus.errors import StoreError
from paribus.executors import Cause, Done, Executor, Inline, Job
from paribus.plan import Group, changes, grouped, plan, study_record
from paribus.progress import Lines, Schedule, Watcher
from paribus.records import ArmRecord, EpochRecord, RunRecord, RunSpec, Status
from paribus.report import curve_rows, draw_curves, figure_paths, markdown, save_figures, text
from paribus.store import Checkpoints, Store, StudyListing
from paribus.study import Study, StudyRecord
from paribus.train import (
    Assignment,
    Checkpointed,
    Groups,
    OfRun,
    check_backend,
    check_recipe,
    engine_name,
    failed_record,
    seeds_together,
)

DEFAULT_STORE = "paribus.db"
_LONGEST_FOLDER_NAME = 80
_STATUSES = {
    Cause.DIED: Status.DIED,
    Cause.TIMED_OUT: Status.TIMED_OUT,
    Cause.OUT_OF_MEMORY: Status.OUT_OF_MEMORY,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What a study compares, before anything is trained."""

    study: StudyRecord
    seeds: tuple[int, ...]

    @property
    def arms(self) -> tuple[ArmRecord, ...]:
        """Every arm's layers and sizes."""
        return self.study.arms


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a study's runs say. `trained` counts those trained by this call, `files` are what it wrote."""

    analysis: Analysis
    records: tuple[RunRecord, ...]
    trained: int = 0
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return text(self.analysis)

    def curves(self, axes: Any) -> None:
        """Draw all arms' learning curves on matplotlib `axes`."""
        study = self.analysis.study
        note = "a quick look, not evidence" if study.quick else ""
        arms = [arm.name for arm in study.arms]
        draw_curves(axes, curve_rows(study, self.records), arms, title=study.name, note=note)


def audit(study: Study, *, together: int | None = None) -> Audit:
    """Build every arm, check the recipe, and train nothing.

    Args:
        study: What to look at.
        together: As in `run`, whose runs it identifies.

    Raises:
        ParibusError: Keras runs on a backend that trains nothing, an arm cannot be built, or Keras does not know the recipe.
    """
    check_backend()
    check_recipe(study.recipe, classes=study.dataset.classes)
    engine = engine_name(seeds_together(together))
    return Audit(study=study_record(study, build_arms(study), engine), seeds=study.seed_list)


def run(
    study: Study,
    *,
    store: str | Path = DEFAULT_STORE,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
    together: int | None = None,
) -> Result:
    """Train what is not yet in the store, write the summary and figures beside it, and return the result.

    Args:
        study: What to carry out.
        store: SQLite file or database URL; made if there is none.
        executor: How runs are spread; in this process by default.
        watcher: Told of every step; by default a line per finished run goes to standard error.
        together: Seeds of one arm that may train at once, in one computation, as far as the device has memory for them; on
            JAX only. By default one on a CPU, several on an accelerator. It changes the last bits, so runs that may have had
            company are not those that had none.

    Raises:
        ParibusError: The study cannot be carried out, or the store cannot be written. Finished runs are kept.
    """
    watcher = watcher or Lines(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    with Store.write(store) as opened:
        audited = audit(study, together=together)
        chosen = executor or Inline()
        schedule = _schedule(audited, opened)
        groups = grouped(schedule.todo, seeds_together(together))
        schedule = replace(schedule, parallel=max(1, min(chosen.parallel, len(groups))))
        opened.add_study(schedule.study, schedule.specs)
        watcher.planned(schedule)

        def ended(record: RunRecord) -> None:
            opened.add(record)
            watcher.run_ended(record)

        try:
            training = _Training(study, checkpoints=Checkpoints.beside(store), watcher=watcher, ended=ended)
            training.carry_out(groups, chosen)
        finally:
            watcher.close()
        result = _result(opened, schedule.study, audited.seeds, trained=len(schedule.todo))
    return _with_files(result, results_directory(store, schedule.study))


def show(reference: str | None = None, *, store: str | Path = DEFAULT_STORE) -> Result:
    """Return the stored result of a study, by name or id; of the last one if none is named.

    Raises:
        StoreError: There is no such store or study.
    """
    with Store.read(store) as opened:
        study = opened.find(reference)
        seeds = tuple(dict.fromkeys(member.seed for member in opened.members(study.study_id)))
        return _result(opened, study, seeds, trained=0)


def doctor() -> Examination:
    """Examine this machine: versions, backend, device, SQLite, and JAX's arithmetic against NumPy's where Keras runs on JAX.

    Raises:
        BackendError: Keras runs on a backend that trains nothing.
    """
    check_backend()
    return examine()


def listings(*, store: str | Path = DEFAULT_STORE) -> tuple[StudyListing, ...]:
    """Return the studies in the store, the one run last first.

    Raises:
        StoreError: There is no such store.
    """
    with Store.read(store) as opened:
        return opened.listings()


def results_directory(store: str | Path, study: StudyRecord) -> Path:
    """Return where the study's summary and figures go: beside a store that is a file, else in the working folder."""
    place = str(store)
    base = Path("paribus-results") if "://" in place else Path(place).with_name(f"{Path(place).stem}-results")
    readable = re.sub(r"[^\w.-]+", "-", study.name).strip(".-")[:_LONGEST_FOLDER_NAME]
    return base / f"{readable}{'-quick' if study.quick else ''}-{study.study_id[:6]}"


def _schedule(audited: Audit, store: Store) -> Schedule:
    study = audited.study
    specs = plan(study, audited.seeds)
    stored = store.records(specs)
    final = {record.spec.run_id for record in stored}
    todo: dict[str, RunSpec] = {spec.run_id: spec for spec in specs if spec.run_id not in final}
    previous = store.previous(study)
    return Schedule(
        study=study,
        specs=specs,
        todo=tuple(todo.values()),
        stored=stored,
        changes=changes(previous, study) if previous and todo else (),
        place=store.place,
    )


class _Training:
    """Runs on their way to records.

    Args:
        study: What they are runs of.
        checkpoints: Where each of them goes on.
        watcher: Told of every epoch.
        ended: Told how each run ended, well or badly, as it ends.
    """

    def __init__(
        self,
        study: Study,
        *,
        checkpoints: Checkpoints,
        watcher: Watcher,
        ended: Callable[[RunRecord], None],
    ) -> None:
        self._study = study
        self._checkpoints = checkpoints
        self._watcher = watcher
        self._ended = ended
        self._epochs: dict[str, list[EpochRecord]] = {}  # of runs that have not ended

    def carry_out(self, groups: Sequence[Group], executor: Executor) -> None:
        """Train all runs.

        What is left of a group whose worker is lost is trained again, one run after the other: one of them may be to blame.
        """
        self._epochs = {spec.run_id: [] for group in groups for spec in group}
        job = Job(
            make=partial(Groups, self._study),
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
        for spec in self._unfinished(group):
            self._epochs[spec.run_id].clear()
        return tuple(
            Assignment(spec, self._checkpoints.read(spec.run_id)) for spec in self._unfinished(group)
        )

    def _heard(self, _group: Group, message: OfRun | RunRecord) -> None:
        if isinstance(message, RunRecord):
            self._end(message)
        elif isinstance(message.message, Checkpointed):
            self._checkpoints.write(message.spec.run_id, message.message.checkpoint)
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


def _result(store: Store, study: StudyRecord, seeds: Sequence[int], *, trained: int) -> Result:
    members = store.members(study.study_id)
    records = tuple(member.record for member in members if member.record is not None and member.seed in seeds)
    return Result(analysis=analyse(study, seeds, records), records=records, trained=trained)


def _with_files(result: Result, directory: Path) -> Result:
    """Write summary and figures, unless those that are there say the same."""
    version = importlib.metadata.version("paribus")
    stamp = msgspec.json.encode({"paribus": version, "analysis": result.analysis})
    stamp_file, summary = directory / "summary.json", directory / "summary.md"
    figures = figure_paths(result.analysis.study, directory)
    files = (summary, *figures)
    try:
        current = stamp_file.read_bytes() == stamp and all(file.exists() for file in files)
    except OSError:
        current = False
    if not current:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            save_figures(result.analysis, result.records, directory)
            summary.write_text(markdown(result.analysis, figures), encoding="utf-8")
            stamp_file.write_bytes(stamp)
        except OSError as error:
            raise StoreError(
                f"summary and figures could not be written to {directory}: {error.strerror or error}. "
                "All runs are stored; give the same command again when there is room."
            ) from error
    return Result(analysis=result.analysis, records=result.records, trained=result.trained, files=files)
