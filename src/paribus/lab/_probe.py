"""A new probe on a study's stored runs."""

from dataclasses import replace
from pathlib import Path

from paribus.errors import ProbeError, listed
from paribus.executors import Executor, Inline
from paribus.identity import probe_record
from paribus.lab._design import stored_result
from paribus.lab._files import with_files
from paribus.lab._measuring import Kept, measure_stored, measuring_sentence
from paribus.lab._places import DEFAULT_STORE, results_directory
from paribus.lab._results import Result
from paribus.lab._run import audited_study
from paribus.probes import Probe
from paribus.progress import Quiet, Watcher
from paribus.records import ArmRecord, RunRecord, RunSpec, Status
from paribus.store import Store, Weights
from paribus.study import Study, StudyRecord


def probe(
    study: Study,
    measured: Probe,
    *,
    store: str | Path = DEFAULT_STORE,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
) -> Result:
    """Measure a probe on a study's stored runs, from the weights that were kept of them, and return the result with it.

    Arms are built anew, because builders are code: those that are not what they were when they were trained are named and left out.
    Nothing is trained.

    Args:
        study: The study as it was run, from the same code. Its recipe, seeds and quickness are taken from the store.
        measured: What is measured.
        store: SQLite file or database URL; the weights lie beside it.
        executor: How runs are spread; in this process by default.
        watcher: Told what is measured, and what cannot be.

    Raises:
        ProbeError: The study declares another probe of that name, was run on other data, or no run of it can be measured.
        ParibusError: An arm cannot be built, or the store cannot be read or written.
    """
    chosen, watching = executor or Inline(), watcher or Quiet()
    with Store.write(store) as opened:
        record, declared = _as_stored(opened, study)
        sized, audited = audited_study(_with_probe(declared, measured), chosen, watching, None)
        new = probe_record(measured)
        changed = _changed(record, audited.arms)
        kept = Kept(opened, Weights.beside(store))
        runs, problems = _measurable(kept, record, changed)
        for sentence in (*changed.values(), *problems):
            watching.looked(sentence)
        if not runs:
            raise ProbeError([*changed.values(), *problems] or f"{record.name} has no completed runs.")
        wanted = dict.fromkeys(runs, (new,))
        watching.looked(measuring_sentence(wanted))
        for sentence in measure_stored(sized, wanted, kept, chosen, watching.waiting):
            watching.looked(sentence)
        names = {new.name, *new.metrics}
        others = [each for each in record.probes if not names & {each.name, *each.metrics}]
        record = replace(record, probes=(*others, new))
        opened.update_study(record)
        result = stored_result(opened, record)
    return with_files(result, results_directory(store, record))


def _as_stored(store: Store, study: Study) -> tuple[StudyRecord, Study]:
    """Return the stored study of that name and data that was run last, and the study with its recipe, quick if it was.

    Raises:
        ProbeError: Those of that name were run on other data.
    """
    looks = {False: study, True: study.quick_look()}
    for listing in store.matching(study.name):
        record = listing.record
        declared = looks[record.quick]
        if declared.dataset.fingerprint == record.dataset.fingerprint:
            return record, replace(declared, recipe=record.recipe)
    raise ProbeError(
        f"{study.name} is stored in {store.place} with other data than the study has now, so its models would be asked about what they "
        "were not tested on."
    )


def _with_probe(study: Study, measured: Probe) -> Study:
    """Return the study with the probe declared.

    Raises:
        ProbeError: It declares another one of that name itself.
    """
    same = [each for each in study.probes if each.name == measured.name]
    if not same:
        return replace(study, probes=(*study.probes, measured))
    if probe_record(same[0]).identity != probe_record(measured).identity:
        raise ProbeError(
            f"the study declares a probe '{measured.name}' itself, with other options; give this one a name, as name={measured.name}_2."
        )
    return study


def _changed(record: StudyRecord, arms: tuple[ArmRecord, ...]) -> dict[str, str]:
    """Return, by name, what is to be said of stored arms that are not what they were."""
    now = {arm.name: arm for arm in arms}
    said: dict[str, str] = {}
    for arm in record.arms:
        current = now.get(arm.name)
        if current is None:
            said[arm.name] = (
                f"Arm '{arm.name}': the study has no such arm any more, so its weights are left alone."
            )
        elif current.unbuilt:
            said[arm.name] = f"Arm '{arm.name}' could not be built. {current.unbuilt}"
        elif current.identity != arm.identity:
            said[arm.name] = (
                f"Arm '{arm.name}' is not what it was when it was trained ({arm.identity[:8]}, now {current.identity[:8]}), so its weights "
                "are left alone; measure it from the code that trained it."
            )
    return said


def _measurable(kept: Kept, record: StudyRecord, changed: dict[str, str]) -> tuple[list[RunSpec], list[str]]:
    """Return the runs to be measured, one for each id, and in sentences why others cannot be."""
    completed: dict[str, RunRecord] = {}
    for member in kept.store.members(record.study_id):
        run = member.record
        if run is not None and run.status is Status.COMPLETED and member.arm not in changed:
            completed.setdefault(run.spec.run_id, run)
    there = kept.of(list(completed.values()))
    lost = [run.spec for run_id, run in completed.items() if run_id not in there]
    if not lost:
        return [run.spec for run in completed.values()], []
    arms = dict.fromkeys(spec.arm for spec in lost)
    sentence = (
        f"{len(lost)} of {len(completed)} runs have no weights in {kept.weights.folder} ({listed(arms)}): they can be measured when they are "
        "trained again, with Study(keep_weights=True) or --keep-weights for next time."
    )
    return [run.spec for run_id, run in completed.items() if run_id in there], [sentence]
