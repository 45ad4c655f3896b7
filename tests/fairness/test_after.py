"""What can be said against a result is read from its runs."""

from dataclasses import replace

import numpy as np
import pytest

from paribus.fairness import after_training
from paribus.records import NormalizationCheck, RunRecord, Severity, Status
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun

CONTRAST = Contrast("wide", "flat", margin=0.01)


@pytest.fixture
def runs(make_run: MakeRun) -> list[RunRecord]:
    """Return five seeds of both arms, flat at the end and a point apart: nothing speaks against them."""
    rng = np.random.default_rng(0)
    return [
        with_curve(make_run(arm, seed, accuracy=mean + noise), [mean] * 6)
        for arm, mean in (("flat", 0.90), ("wide", 0.93))
        for seed, noise in enumerate(0.002 * rng.normal(size=5))
    ]


def with_curve(run: RunRecord, validation: list[float]) -> RunRecord:
    """Return the run with these validation accuracies after its epochs."""
    epochs = tuple(
        replace(run.epochs[0], epoch=place + 1, validation_accuracy=value + 1e-4 * run.spec.seed)
        for place, value in enumerate(validation)
    )
    return replace(run, epochs=epochs)


def kinds(study: StudyRecord, runs: list[RunRecord], contrast: Contrast = CONTRAST) -> dict[str, Severity]:
    return {finding.kind: finding.severity for finding in after_training(contrast, study, runs)}


def test_runs_that_are_as_they_should_be_raise_nothing(
    study_record: StudyRecord, runs: list[RunRecord]
) -> None:
    """No finding at all."""
    assert {} == kinds(study_record, runs)


def test_stale_normalization_is_unfair_with_its_gap(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """Where batch statistics say more than moving ones by more than the margin."""
    check = NormalizationCheck(layers=2, n=40, inference=0.70, by_batch=0.95, reestimated=0.94)
    stale = [replace(run, normalization=check if run.spec.arm == "wide" else None) for run in runs]
    (finding,) = after_training(CONTRAST, study_record, stale)
    assert ("stale_normalization", Severity.UNFAIR) == (finding.kind, finding.severity)
    assert "wide" in finding.evidence
    assert "24.0 points" in finding.evidence
    assert "--batchnorm recalibrate" in finding.remedy
    fresh = replace(check, inference=0.945)
    assert {} == kinds(study_record, [replace(run, normalization=fresh) for run in runs])


def test_batches_that_differ_too_much_are_another_matter(
    study_record: StudyRecord, runs: list[RunRecord]
) -> None:
    """Re-estimating is no cure where it gains nothing."""
    check = NormalizationCheck(layers=2, n=40, inference=0.70, by_batch=0.95, reestimated=0.70)
    (finding,) = after_training(
        CONTRAST, study_record, [replace(run, normalization=check) for run in runs[:5]]
    )
    assert ("stale_normalization", Severity.CAUTION) == (finding.kind, finding.severity)
    assert "recalibrate" not in finding.remedy


def test_another_batch_order_is_unfair(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """Of one seed in one arm."""
    runs[0] = replace(runs[0], order_hash="another")
    assert {"unequal_runs": Severity.UNFAIR} == kinds(study_record, runs)


def test_another_machine_is_a_caution(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """And the versions that differ are named."""
    runs[0] = replace(runs[0], environment=replace(runs[0].environment, versions={"jax": "0.9"}))
    (finding,) = after_training(CONTRAST, study_record, runs)
    assert ("unequal_runs", Severity.CAUTION) == (finding.kind, finding.severity)
    assert "jax 0.9" in finding.evidence


def test_runs_that_failed_are_a_caution(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """The difference is one of survivors."""
    runs[0] = replace(runs[0], status=Status.DIVERGED, test=None)
    assert {"failed_runs": Severity.CAUTION} == kinds(study_record, runs)


def test_an_arm_that_still_rises_is_a_caution(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """By more than the margin in as many epochs again."""
    rising = [
        with_curve(run, [0.80, 0.84, 0.87, 0.90, 0.92, 0.94]) if run.spec.arm == "wide" else run
        for run in runs
    ]
    assert "not_converged" in kinds(study_record, rising)


def test_no_room_for_the_margin_is_a_caution(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """Both arms are right for 99.5 %; where only one is, the difference is no less one."""
    top = [
        replace(run, test=replace(run.test, accuracy=0.995 + 1e-4 * run.spec.seed))
        for run in runs
        if run.test
    ]
    assert "ceiling" in kinds(study_record, top)
    one = [run for run in top if run.spec.arm == "wide"] + [run for run in runs if run.spec.arm == "flat"]
    assert "ceiling" not in kinds(study_record, one)


def test_seeds_that_spread_very_differently_are_a_caution(
    study_record: StudyRecord, runs: list[RunRecord]
) -> None:
    """Thirty times as much in one arm."""
    spread = [
        replace(run, test=replace(run.test, n=10_000, accuracy=accuracy))
        for run in runs
        if run.test
        for accuracy in [0.8 + 0.06 * (run.spec.seed % 2) if run.spec.arm == "wide" else run.test.accuracy]
    ]
    assert "unequal_spread" in kinds(study_record, spread)


def test_a_result_that_depends_on_the_epoch_is_a_caution(
    study_record: StudyRecord, runs: list[RunRecord]
) -> None:
    """Worse one epoch before the last, better at the last."""
    crossing = [
        with_curve(run, [0.9, 0.9, 0.9, 0.9, 0.88, 0.93]) if run.spec.arm == "wide" else run for run in runs
    ]
    noisy = [replace_last(run, 0.001 * run.spec.seed) for run in crossing]
    assert Severity.CAUTION == kinds(study_record, noisy)["epoch_dependent"]


def replace_last(run: RunRecord, noise: float) -> RunRecord:
    if run.spec.arm == "flat":
        return run
    epochs = [replace(epoch, validation_accuracy=epoch.validation_accuracy + noise) for epoch in run.epochs]
    return replace(run, epochs=tuple(epochs))


@pytest.mark.parametrize("kept", [1, 5, 0])
def test_few_runs_or_none_are_no_error(study_record: StudyRecord, runs: list[RunRecord], kept: int) -> None:
    """One seed, one arm, nothing at all."""
    assert {} == kinds(study_record, runs[:kept])


def test_what_the_study_concedes_is_a_note(study_record: StudyRecord, runs: list[RunRecord]) -> None:
    """With its reason."""
    runs[0] = replace(runs[0], status=Status.DIVERGED, test=None)
    (finding,) = after_training(CONTRAST, replace(study_record, concedes={"failed_runs": "known"}), runs)
    assert (Severity.NOTE, "known") == (finding.severity, finding.conceded)
