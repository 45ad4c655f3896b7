"""The conductor: from a declared study to its result."""

import importlib.metadata
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from paribus.analyse import Analysis, analyse
from paribus.doctor import Examination
from paribus.doctor import doctor as examine
from paribus.errors import StoreError
from paribus.executors import Executor, Inline
from paribus.fairness import Certificate, before_training, certificates
from paribus.memory import keep_memory
from paribus.plan import changes, grouped, plan, study_record
from paribus.progress import Both, Broadcast, BulletinFile, Lines, Quiet, Schedule, Watcher
from paribus.records import ArmRecord, Finding, RunRecord, RunSpec
from paribus.report import curve_rows, draw_curves, figure_paths, markdown, save_figures, text
from paribus.spread import Training, built_arms
from paribus.store import Checkpoints, Store, StudyListing
from paribus.study import Study, StudyRecord
from paribus.train import check_backend, check_recipe, engine_name, seeds_together

DEFAULT_STORE = "paribus.db"
_LONGEST_FOLDER_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What a study compares, before anything is trained."""

    study: StudyRecord
    seeds: tuple[int, ...]

    @property
    def arms(self) -> tuple[ArmRecord, ...]:
        """Every arm's layers and sizes."""
        return self.study.arms

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What can be said against the comparison, the heaviest first."""
        return self.study.findings

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """What differs between the arms of every contrast, and what is equal."""
        return certificates(self.study)

    @property
    def unbuilt(self) -> tuple[str, ...]:
        """Say in sentences which arms could not be built, because their process did not live to do it."""
        return tuple(
            f"Arm '{arm.name}' could not be built. {arm.unbuilt}" for arm in self.arms if arm.unbuilt
        )


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A stored study, and where its progress is told. `others` are under way besides; `place` is the store's, without password."""

    listing: StudyListing
    bulletins: BulletinFile
    others: tuple[StudyRecord, ...]
    place: str


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
    return _audited(study, executor or Inline(), watcher or Quiet(), together)[1]


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

    Args:
        study: What to carry out.
        store: SQLite file or database URL; made if there is none.
        executor: How runs are spread; in this process by default.
        watcher: Told of every step; by default a line per finished run goes to standard error.
        checkpoint_seconds: Runs that take longer are checkpointed after every epoch, so that no more than one is lost.
        together: Seeds of one arm that may train at once, in one computation, as far as the device has memory for them; on
            JAX only. By default one on a CPU, several on an accelerator. It changes the last bits, so runs that may have had
            company are not those that had none.
        command: What gives this call on a command line; told to whoever watches from another process.

    Raises:
        ParibusError: The study cannot be carried out, or the store cannot be written. Finished runs are kept.
    """
    watcher = watcher or Lines(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    with Store.write(store) as opened:
        chosen = executor or Inline()
        sized, audited = _audited(study, chosen, watcher, together)
        schedule = _schedule(audited, opened)
        groups = grouped(schedule.todo, seeds_together(together))
        schedule = replace(schedule, parallel=max(1, min(chosen.parallel, len(groups))))
        opened.add_study(schedule.study, schedule.specs)
        told = Both(Broadcast(_bulletins(store, schedule.study).write, command=command), watcher)

        def ended(record: RunRecord) -> None:
            opened.add(record)
            told.run_ended(record)

        checkpoints = Checkpoints.beside(store, after_seconds=checkpoint_seconds)
        try:
            told.planned(schedule)
            Training(sized, checkpoints=checkpoints, watcher=told, ended=ended).carry_out(groups, chosen)
        finally:
            told.close()
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


def watched(reference: str | None = None, *, store: str | Path = DEFAULT_STORE) -> Watched:
    """Return the study under way that began last among those with that name or id; if none is, the one run last.

    Raises:
        StoreError: There is no such store or study.
    """
    with Store.read(store) as opened:
        found, everything, place = opened.matching(reference), opened.listings(), opened.place
    going_on = [listing.record.study_id for listing in everything if _is_under_way(store, listing.record)]
    chosen = next((listing for listing in found if listing.record.study_id in going_on), found[0])
    others = [
        listing.record
        for listing in everything
        if listing.record.study_id in going_on and listing.record != chosen.record
    ]
    return Watched(
        listing=chosen, bulletins=_bulletins(store, chosen.record), others=tuple(others), place=place
    )


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


def _audited(study: Study, executor: Executor, watcher: Watcher, together: int | None) -> tuple[Study, Audit]:
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
    record = study_record(built.study, built.arms, engine, matches=built.matches, findings=findings)
    return built.study, Audit(study=record, seeds=study.seed_list)


def _bulletins(store: str | Path, study: StudyRecord) -> BulletinFile:
    return BulletinFile(results_directory(store, study) / "progress.json")


def _is_under_way(store: str | Path, study: StudyRecord) -> bool:
    bulletin = _bulletins(store, study).read()
    return bulletin is not None and bulletin.under_way(time.time())


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
        changes=audited.unbuilt + (changes(previous, study) if previous and todo else ()),
        place=store.place,
    )


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
