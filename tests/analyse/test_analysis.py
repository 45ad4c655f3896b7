"""An analysis pairs by seed, and carries everything that limits it."""

import math
from dataclasses import replace

from paribus.analyse import analyse
from paribus.records import ProbeOutcome, ProbeRecord, RunRecord, Status
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun

Pair = tuple[float, float]


def runs(make_run: MakeRun, *pairs: Pair) -> list[RunRecord]:
    return [
        make_run(arm, seed, accuracy)
        for seed, pair in enumerate(pairs)
        for arm, accuracy in zip(("flat", "wide"), pair, strict=True)
    ]


def test_differences_are_paired_by_seed(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Treatment minus control within each seed; mean, spread and interval over seeds."""
    result = analyse(study_record, (0, 1), runs(make_run, (0.90, 0.92), (0.94, 0.98)))
    (contrast,) = result.contrasts
    assert {0: 2, 1: 4} == {seed: round(100 * delta) for seed, delta in contrast.differences.items()}
    assert math.isclose(contrast.verdict.mean, 0.03)
    assert math.isclose(
        contrast.verdict.interval.high - contrast.verdict.mean, 12.7062047 * 0.01, rel_tol=1e-6
    )
    assert () == result.caveats == contrast.caveats


def test_one_seed_has_no_interval_and_says_so(study_record: StudyRecord, make_run: MakeRun) -> None:
    """NaN and a caveat."""
    result = analyse(study_record, (0,), runs(make_run, (0.9, 0.92)))
    (contrast,) = result.contrasts
    assert math.isnan(contrast.verdict.interval.low)
    assert math.isnan(result.arms[0].summaries["test_accuracy"].spread)
    assert ("wide − flat: one seed says nothing about spread, so there is no interval.",) == contrast.caveats


def test_a_failed_run_is_named_and_its_pair_left_out(study_record: StudyRecord, make_run: MakeRun) -> None:
    """The reason is a caveat of the result, the lost pair one of the contrast."""
    records = [
        *runs(make_run, (0.9, 0.92), (0.9, 0.94)),
        make_run("flat", 2),
        make_run("wide", 2, status=Status.DIVERGED),
    ]
    result = analyse(study_record, (0, 1, 2), records)
    (contrast,) = result.contrasts
    assert 2 == contrast.n
    assert ("wide − flat: seed 2 left out, because a run is missing.",) == contrast.caveats
    assert ("wide", 2) == (result.missing[0].arm, result.missing[0].seed)
    assert "lower the learning rate for every arm" in result.caveats[0]
    assert (3, 2) == tuple(len(arm.seeds) for arm in result.arms)


def test_a_run_that_is_not_there_yet_is_missing(study_record: StudyRecord) -> None:
    """Nothing trained is four missing runs and no difference."""
    result = analyse(study_record, (0, 1), [])
    assert 4 == len(result.missing)
    assert "no seed has completed in both arms" in result.contrasts[0].caveats[0]
    assert math.isnan(result.contrasts[0].verdict.mean)


def test_seeds_that_were_not_asked_for_do_not_count(study_record: StudyRecord, make_run: MakeRun) -> None:
    """A stored third seed is no part of a result on two."""
    result = analyse(study_record, (0, 1), runs(make_run, (0.9, 0.9), (0.9, 0.9), (0.1, 0.9)))
    assert [0, 1] == [seed.seed for seed in result.arms[0].seeds]


def test_a_quick_look_is_no_evidence_wherever_it_is_read(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """The label is the first caveat."""
    result = analyse(replace(study_record, quick=True), (0,), runs(make_run, (0.9, 0.9)))
    assert "a quick look, not evidence" in result.caveats[0]


SHIFT = ProbeRecord(
    name="shift", identity="s", metrics=("shift_consistency",), unit="share", rises=True, source="here"
)


def probed(record: RunRecord, value: float | None, reason: str = "") -> RunRecord:
    values = {} if value is None else {"shift_consistency": value}
    outcome = ProbeOutcome(
        name="shift", values=values, reason=reason, seconds=0.1, device="cpu", identity="s"
    )
    return replace(record, probes=(outcome,))


def test_a_probes_metric_is_compared_like_any_other(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Paired by seed, with a verdict of its own family."""
    asked = Contrast("wide", "flat", metric="shift_consistency", margin=0.01)
    study = replace(study_record, probes=(SHIFT,), contrasts=(*study_record.contrasts, asked))
    plain = runs(make_run, (0.9, 0.9), (0.9, 0.9))
    values = (0.5, 0.6, 0.5, 0.7)
    result = analyse(
        study, (0, 1), [probed(record, value) for record, value in zip(plain, values, strict=True)]
    )
    assert {0: 10, 1: 20} == {
        seed: round(100 * delta) for seed, delta in result.contrasts[1].differences.items()
    }
    assert math.isclose(0.65, result.arms[1].summaries["shift_consistency"].mean)
    assert () == result.caveats


def test_what_a_probe_could_not_measure_is_said(study_record: StudyRecord, make_run: MakeRun) -> None:
    """The reason is a caveat, the pair is left out, and the mean is over those that were measured."""
    asked = Contrast("wide", "flat", metric="shift_consistency", margin=0.01)
    study = replace(study_record, probes=(SHIFT,), contrasts=(asked,))
    zero, one = runs(make_run, (0.9, 0.9), (0.9, 0.9))[:2]
    two, three = runs(make_run, (0.9, 0.9), (0.9, 0.9))[2:]
    result = analyse(study, (0, 1), [probed(zero, 0.5), probed(one, 0.5), probed(two, None, "No."), three])
    assert (
        "flat, seed 1: no shift. No.",
        "wide, seed 1: no shift. Nobody has measured it on these runs.",
    ) == result.caveats
    assert "seed 1 left out, because shift consistency is not finite" in result.contrasts[0].caveats[-1]
    assert (1, 0.5) == (
        result.arms[0].summaries["shift_consistency"].n,
        result.arms[0].summaries["shift_consistency"].mean,
    )
