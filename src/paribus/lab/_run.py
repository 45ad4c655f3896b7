"""Studies carried out: built, trained, judged."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from paribus.executors import Executor, Inline
from paribus.fairness import before_training
from paribus.identity import probe_record
from paribus.lab._design import add_look, first_design, look_sentence, portions, still_open, stored_result
from paribus.lab._files import with_files
from paribus.lab._images import with_images
from paribus.lab._measuring import Kept, measure_stored, measuring_sentence
from paribus.lab._places import DEFAULT_STORE, bulletins, results_directory
from paribus.lab._probes import again_sentence, declared, identified, unmeasured, with_known_probes
from paribus.lab._results import Audit, Result
from paribus.memory import keep_memory
from paribus.plan import changes, grouped, plan, study_record
from paribus.progress import Both, Broadcast, Quiet, Schedule, Watcher, default_watcher
from paribus.records import ProbeRecord, RunRecord, RunSpec
from paribus.spread import Training, built_arms
from paribus.store import Checkpoints, Store, Weights
from paribus.study import Study
from paribus.train import check_backend, check_recipe, engine_name, seeds_together


def audit(
    study: Study,
    *,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
    together: int | None = None,
) -> Audit:
    """Build every arm, resize those that have a budget, say what is not equal, and train nothing.

    Args:
        study: What is looked at.
        executor: Where arms are built; in this process by default. With processes of their own, a builder that ends or hangs
            its process is an arm without layers, and says why.
        watcher: Asked while arms are built whether to go on.
        together: As in `run`, whose runs it identifies.

    Raises:
        ParibusError: Keras runs on a backend that trains nothing, an arm cannot be built or matched, or Keras does not know the recipe.
    """
    return audited_study(study, executor or Inline(), watcher or Quiet(), together)[1]


def run(
    study: Study,
    *,
    store: str | Path = DEFAULT_STORE,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
    checkpoint_seconds: float = 60.0,
    together: int | None = None,
    command: str = "",
) -> Result:
    """Train what is not yet in the store, write the summary and figures beside it, and return the result.

    A study with looks is trained from look to look, until every contrast is decided, or the rest of the seeds would hardly decide it;
    arms whose contrasts are decided are not trained any further.

    Args:
        study: What to carry out.
        store: SQLite file or database URL; made if there is none.
        executor: How runs are spread; in this process by default.
        watcher: Told of every step. By default a notebook has one display that is updated in place; elsewhere up to fifty lines go to
            standard error.
        checkpoint_seconds: Runs that take longer are checkpointed after every epoch, so that no more than one is lost.
        together: Seeds of one arm that may train at once, in one computation, as far as the device has memory for them; on
            JAX only. By default one on a CPU, several on an accelerator. It changes the last bits, so runs that may have had
            company are not those that had none.
        command: What gives this call on a command line; told to whoever watches from another process.

    Raises:
        ParibusError: The study cannot be carried out, or the store cannot be written. Finished runs are kept.
    """
    watching = watcher or default_watcher()
    chosen = executor or Inline()
    with Store.write(store) as opened:
        sized, audited = audited_study(study, chosen, watching, together)
        audited = replace(audited, study=with_known_probes(audited.study, opened))
        first_design(opened, audited.study, audited.seeds, study.looks)
        arms = [arm.name for arm in audited.study.arms]
        means = Means(opened, str(store), chosen, checkpoint_seconds=checkpoint_seconds, together=together)
        with conducting(means, audited, watching, command=command) as conductor:
            result = _until_decided(conductor, sized, audited, portions(audited.seeds, study.looks), arms)
        result = with_images(result, sized, opened)
    return with_files(result, results_directory(store, audited.study))


def _until_decided(
    conductor: "Conductor",
    study: Study,
    audited: Audit,
    portions: Sequence[tuple[int, ...]],
    arms: Sequence[str],
) -> Result:
    """Train the first portion of seeds, look, and go on with the next ones as long as a contrast is open."""
    seeds, later = portions[0], portions[1:]
    record, store = audited.study, conductor.means.store
    specs = tuple(spec for spec in plan(record, seeds) if spec.arm in arms)
    store.add_study(record, specs)
    trained = len(conductor.train(study, audited, specs, quiet_if_done=bool(study.looks)))
    result = stored_result(store, record, seeds)
    add_look(store, result.analysis)
    if study.looks:
        conductor.watcher.looked(look_sentence(result.analysis))
    if later and (needed := still_open(result.analysis, len(audited.seeds))):
        rest = _until_decided(conductor, study, audited, later, needed)
        return replace(rest, trained=trained + rest.trained)
    return replace(result, trained=trained, looks=store.looks(record.study_id))


@dataclass(frozen=True, slots=True)
class Means:
    """With what runs are carried out.

    Attributes:
        store: Where they are kept.
        place: Its file or URL.
        executor: How they are spread.
        checkpoint_seconds: Runs that take longer are checkpointed after every epoch.
        together: Seeds of one arm that may train at once.
    """

    store: Store
    place: str
    executor: Executor
    checkpoint_seconds: float = field(default=60.0, kw_only=True)
    together: int | None = field(default=None, kw_only=True)


@contextmanager
def conducting(means: Means, audited: Audit, watcher: Watcher, *, command: str) -> Generator["Conductor"]:
    """Yield what carries out a study's runs, as often as it is asked; whoever watches is told the end once.

    Args:
        means: With what.
        audited: The study as it was built.
        watcher: Told of every step.
        command: What gives this call on a command line; told to whoever watches from another process.
    """
    broadcast = Broadcast(bulletins(means.place, audited.study).write, command=command)
    told = Both(broadcast, watcher)
    try:
        yield Conductor(means, told)
    finally:
        told.close()


@dataclass(frozen=True, slots=True)
class Conductor:
    """Carries out runs and keeps them."""

    means: Means
    watcher: Watcher

    def train(
        self, study: Study, audited: Audit, specs: Sequence[RunSpec], *, quiet_if_done: bool = False
    ) -> tuple[RunRecord, ...]:
        """Train those runs that are not stored, and return how they ended.

        Args:
            study: At the sizes at which it is trained.
            audited: As it was built.
            specs: The runs.
            quiet_if_done: Whether nothing is said where nothing is to be trained.
        """
        means, done = self.means, list[RunRecord]()
        probes = declared(study, audited.study)
        self._measure(study, specs, probes)
        schedule = _schedule(audited, tuple(specs), means.store, probes)
        groups = grouped(schedule.todo, seeds_together(means.together))
        schedule = replace(schedule, parallel=max(1, min(means.executor.parallel, len(groups))))
        if quiet_if_done and not schedule.todo:
            return ()

        def ended(record: RunRecord) -> None:
            record = identified(record, probes)
            means.store.add(record)
            done.append(record)
            self.watcher.run_ended(record)

        checkpoints = Checkpoints.beside(means.place, after_seconds=means.checkpoint_seconds)
        self.watcher.planned(schedule)
        training = Training(
            study, checkpoints=checkpoints, watcher=self.watcher, ended=ended, weighed=self._kept.keep
        )
        training.carry_out(groups, means.executor)
        return tuple(done)

    @property
    def _kept(self) -> Kept:
        return Kept(self.means.store, Weights.beside(self.means.place))

    def _measure(self, study: Study, specs: Sequence[RunSpec], probes: Sequence[ProbeRecord]) -> None:
        """Measure on stored runs what they lack, where their weights are kept."""
        lacking = {
            record.spec.run_id: (record, found)
            for record in self.means.store.records(specs, probes)
            if (found := unmeasured(record, probes))
        }
        there = self._kept.of([record for record, _ in lacking.values()])
        wanted = {record.spec: found for run_id, (record, found) in lacking.items() if run_id in there}
        if wanted:
            self.watcher.looked(measuring_sentence(wanted))
            waiting = self.watcher.waiting
            for sentence in measure_stored(study, wanted, self._kept, self.means.executor, waiting):
                self.watcher.looked(sentence)


def audited_study(
    study: Study, executor: Executor, watcher: Watcher, together: int | None
) -> tuple[Study, Audit]:
    """Return the study at the sizes that meet its budgets, and what it compares."""
    keep_memory()
    check_backend()
    check_recipe(study.recipe, classes=study.dataset.classes)
    if study.resized:
        watcher.sizing(len(study.resized))
    built = built_arms(study, executor, watcher.waiting)
    native = study.recipe.fast_layers and study.recipe.native_kernels
    engine = engine_name(seeds_together(together), native_kernels=native)
    findings = before_training(study, built.arms, built.matches, engine)
    record = study_record(
        built.study,
        built.arms,
        engine,
        matches=built.matches,
        findings=findings,
        probes=tuple(map(probe_record, study.probes)),
    )
    return built.study, Audit(study=record, seeds=study.seed_list)


def _schedule(
    audited: Audit, specs: tuple[RunSpec, ...], store: Store, probes: Sequence[ProbeRecord]
) -> Schedule:
    """Return what is to be trained: runs that are not stored, and those that lack what a declared probe measures."""
    study = audited.study
    stored = store.records(specs, probes)
    lacking = {record.spec.run_id: found for record in stored if (found := unmeasured(record, probes))}
    complete = tuple(record for record in stored if record.spec.run_id not in lacking)
    final = {record.spec.run_id for record in complete}
    todo: dict[str, RunSpec] = {spec.run_id: spec for spec in specs if spec.run_id not in final}
    again = [spec for spec in todo.values() if spec.run_id in lacking]
    names = dict.fromkeys(probe.name for found in lacking.values() for probe in found)
    previous = store.previous(study)
    new = changes(previous, study) if previous and todo else ()
    return Schedule(
        study=study,
        specs=specs,
        todo=tuple(todo.values()),
        stored=complete,
        changes=(*audited.unbuilt, *new, *again_sentence(again, list(names))),
        place=store.place,
    )
