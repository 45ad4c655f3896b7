"""From a declared study to its result, and back from the store."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paribus import lab
from paribus.audit import Order
from paribus.errors import ParibusError, StudyError
from paribus.executors import Cause, Done, Inline, Lost, Processes
from paribus.progress import Quiet, Schedule
from paribus.records import RunRecord, Status
from paribus.study import Arm, Recipe, Study


class Recorder(Quiet):
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.schedule: Schedule | None = None
        self.trained: list[tuple[str, int]] = []

    def planned(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def run_ended(self, record: RunRecord) -> None:
        self.trained.append((record.spec.arm, record.spec.seed))


def run(study: Study, folder: Path) -> tuple[lab.Result, Recorder]:
    recorder = Recorder()
    return lab.run(study, store=folder / "paribus.db", watcher=recorder), recorder


def told(result: lab.Result) -> bytes:
    """Return the analysis as it is written, in which undefined equals undefined."""
    return msgspec.json.encode(result.analysis)


def test_a_study_runs_once(small_study: Study, tmp_path: Path) -> None:
    """Four runs, seeds outermost; the second time none, with the same result and the same files."""
    first, trained = run(small_study, tmp_path)
    written = {file: file.stat().st_mtime_ns for file in first.files}
    second, retrained = run(small_study, tmp_path)
    assert [("flat", 0), ("wide", 0), ("flat", 1), ("wide", 1)] == trained.trained
    assert [] == retrained.trained
    assert told(first) == told(second)
    assert {file: file.stat().st_mtime_ns for file in second.files} == written
    assert {".md", ".png", ".svg"} == {file.suffix for file in first.files}


def test_two_stores_hold_the_same_numbers(small_study: Study, tmp_path: Path) -> None:
    """Same seed, two fresh stores: everything but the time it took is equal to the last bit."""
    results: list[lab.Result] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        results.append(run(small_study, tmp_path / name)[0])
    first, second = results
    assert told(first) == told(second)
    assert [record.test for record in first.records] == [record.test for record in second.records]


def test_worker_processes_give_the_bits_of_this_process(small_study: Study, tmp_path: Path) -> None:
    """How runs are spread changes no number."""
    inline, _ = run(small_study, tmp_path)
    spread = lab.run(small_study, store=tmp_path / "other.db", executor=Processes(2), watcher=Quiet())
    assert told(inline) == told(spread)
    assert [record.test for record in inline.records] == [record.test for record in spread.records]


def test_seeds_that_train_together_are_runs_of_their_own(small_study: Study, tmp_path: Path) -> None:
    """Three seeds by two: every record says its company, the numbers are those of seeds alone to rounding, and none is shared."""
    study = replace(small_study, seeds=3)
    alone, _ = run(study, tmp_path)
    recorder = Recorder()
    result = lab.run(study, store=tmp_path / "paribus.db", watcher=recorder, together=2)
    assert [("flat", 0), ("flat", 1), ("wide", 0), ("wide", 1), ("flat", 2), ("wide", 2)] == recorder.trained
    for expected, got in zip(alone.records, result.records, strict=True):
        assert expected.spec.seed == got.spec.seed
        assert expected.spec.run_id != got.spec.run_id
        assert expected.order_hash == got.order_hash
        assert expected.epochs[0].loss == pytest.approx(got.epochs[0].loss, rel=1e-5)
        assert (1 if got.spec.seed == 2 else 2) == got.together
    again = lab.run(study, store=tmp_path / "paribus.db", watcher=Quiet(), together=3)
    assert 0 == again.trained
    assert lab.audit(study).study.study_id != lab.audit(study, together=2).study.study_id


def test_a_run_that_ends_before_its_company_is_kept_at_once(small_study: Study, tmp_path: Path) -> None:
    """An interrupt between two of a group: what was told is stored, and only the rest is trained."""

    class Impatient(Recorder):
        def run_ended(self, record: RunRecord) -> None:
            super().run_ended(record)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.run(small_study, store=tmp_path / "paribus.db", watcher=Impatient(), together=2)
    recorder = Recorder()
    lab.run(small_study, store=tmp_path / "paribus.db", watcher=recorder, together=2)
    assert [("wide", 0), ("wide", 1), ("flat", 1)] == recorder.trained


class LosingGroups(Inline):
    """Loses the worker of every group of several after its first run has ended, and that of seed 2 always."""

    def map(self, job: Any, items: Any) -> Any:
        if items and isinstance(items[0], Order):  # arms to be built
            yield from super().map(job, items)
            return
        work = job.make()
        for group in items:
            if len(group) > 1:
                work(job.pack(group)[:1], partial(job.heard, group))
            elif group[0].seed != 2:
                yield Done(group, work(job.pack(group), partial(job.heard, group)))
                continue
            yield Lost(group, Cause.DIED, "Its process was ended.")


def test_a_lost_group_is_trained_one_by_one(small_study: Study, tmp_path: Path) -> None:
    """What had ended stays, the others are tried alone, and only who fails alone has failed."""
    recorder = Recorder()
    result = lab.run(
        replace(small_study, seeds=3),
        store=tmp_path / "paribus.db",
        executor=LosingGroups(),
        watcher=recorder,
        together=3,
    )
    assert [("flat", 0), ("wide", 0), ("flat", 1), ("flat", 2), ("wide", 1), ("wide", 2)] == recorder.trained
    failed = {record.spec.seed for record in result.records if record.status is not Status.COMPLETED}
    assert {2} == failed


def test_more_seeds_train_only_the_new_ones(small_study: Study, tmp_path: Path) -> None:
    """And the old result can still be had."""
    run(small_study, tmp_path)
    longer, trained = run(replace(small_study, seeds=3), tmp_path)
    assert [("flat", 2), ("wide", 2)] == trained.trained
    assert 3 == longer.analysis.contrasts[0].n
    shorter, _ = run(small_study, tmp_path)
    assert 2 == shorter.analysis.contrasts[0].n


def test_an_interrupted_study_goes_on_where_it_stopped(small_study: Study, tmp_path: Path) -> None:
    """What had finished is kept; only the rest is trained."""

    class Impatient(Recorder):
        def run_ended(self, record: RunRecord) -> None:
            super().run_ended(record)
            if len(self.trained) == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.run(small_study, store=tmp_path / "paribus.db", watcher=Impatient())
    result, rest = run(small_study, tmp_path)
    assert [("wide", 1)] == rest.trained
    assert () == result.analysis.missing


def test_a_changed_arm_is_trained_again_and_said_to_be(small_study: Study, tmp_path: Path) -> None:
    """Only its runs."""
    import keras

    def wider(input_shape: tuple[int, ...], classes: int) -> Any:
        layers = [
            keras.layers.Flatten(),
            keras.layers.Dense(9),
            keras.layers.Dense(classes, activation="softmax"),
        ]
        return keras.Sequential([keras.Input(input_shape), *layers])

    run(small_study, tmp_path)
    _, recorder = run(replace(small_study, arms=(small_study.arms[0], Arm("wide", wider))), tmp_path)
    assert [("wide", 0), ("wide", 1)] == recorder.trained
    assert recorder.schedule is not None
    assert ("Arm 'wide' has changed; only its runs are trained again.",) == recorder.schedule.changes


def test_a_failed_arm_is_a_result(small_study: Study, tmp_path: Path) -> None:
    """An arm that cannot be trained costs its own runs; the others are there, and the caveat says why."""

    def moody() -> Any:
        calls = iter(range(100))

        def build(input_shape: tuple[int, ...], classes: int) -> Any:
            if next(calls) > 1:  # the audit builds it twice; training does not
                raise MemoryError("no room")
            return small_study.arms[0].build(input_shape, classes)

        return build

    result, _ = run(replace(small_study, arms=(small_study.arms[0], Arm("wide", moody()))), tmp_path)
    assert 2 == len(result.analysis.missing)
    assert "no room" in result.analysis.caveats[0]
    assert 2 == len(result.analysis.arms[0].seeds)


def test_show_reads_what_run_wrote(small_study: Study, tmp_path: Path) -> None:
    """The store alone gives the same analysis."""
    ran, _ = run(small_study, tmp_path)
    shown = lab.show("small", store=tmp_path / "paribus.db")
    assert told(ran) == told(shown)
    assert ran.records == shown.records
    assert "wide − flat" in str(shown)


def test_a_study_object_audits_and_runs_itself(small_study: Study, tmp_path: Path) -> None:
    """The notebook's way in."""
    assert [148, 332] == [arm.parameters.total for arm in small_study.audit().arms if arm.parameters]
    assert 4 == small_study.run(store=tmp_path / "paribus.db", watcher=Quiet()).trained


def test_a_recipe_that_keras_does_not_know_is_refused_before_training(
    small_study: Study, tmp_path: Path
) -> None:
    """Every unknown name is named, and nothing is stored."""
    unknown = Recipe(optimizer="sdg", loss="categorical_crosentropy", batch_size=32)
    with pytest.raises(StudyError) as caught:
        run(replace(small_study, recipe=unknown), tmp_path)
    assert 2 == len(caught.value.problems)
    assert () == lab.listings(store=tmp_path / "paribus.db")


def test_figures_that_cannot_be_written_lose_no_run(small_study: Study, tmp_path: Path) -> None:
    """A file where the folder should be: a sentence, and all runs are stored."""
    (tmp_path / "paribus-results").write_text("in the way")
    with pytest.raises(ParibusError, match="All runs are stored"):
        run(small_study, tmp_path)
    assert 4 == lab.listings(store=tmp_path / "paribus.db")[0].ended


def test_the_doctor_finds_this_machine_healthy() -> None:
    """Versions, device, SQLite and canaries."""
    examination = lab.doctor()
    assert examination.healthy
    assert {"keras", "jax", "jaxlib", "sqlite", "device"} <= examination.facts.keys()


def test_a_studys_name_stays_inside_the_results_folder(small_study: Study, tmp_path: Path) -> None:
    """Slashes and dots in a name are no path."""
    result, _ = run(replace(small_study, name="../../up/and: away" * 20, seeds=1), tmp_path)
    for file in result.files:
        assert file.resolve().is_relative_to(tmp_path / "paribus-results")


def test_two_arms_that_are_one_are_said_to_be(small_study: Study, tmp_path: Path) -> None:
    """A difference of exactly zero is explained."""
    twin = Arm("wide", small_study.arms[0].build)
    result, recorder = run(replace(small_study, arms=(small_study.arms[0], twin)), tmp_path)
    assert 2 == len(recorder.trained)
    assert "one run serves both" in result.analysis.caveats[0]
