"""A study over one of its controls: curves, verdicts by cell, changes of places, rows saved, and rates of their own."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from paribus.analyse import Analysis, Rule, SweepAnalysis, analyse, analyse_sweep
from paribus.evidence import Span, Word, holm
from paribus.records import Design, Finding, RunRecord, Severity, Status
from paribus.study import Contrast, StudyRecord, SweepRecord, Value
from tests.conftest import MakeRun, make_run_record

Scores = Mapping[str, Sequence[float]]
"""Test accuracy of each arm by seed."""


def sweep_record(over: str, values: Sequence[Value], own: Value | None = None) -> SweepRecord:
    return SweepRecord(name="small", question="?", over=over, title=over, values=tuple(values), own=own)


def runs(scores: Scores, validation: Scores | None = None) -> list[RunRecord]:
    """Return runs with these test accuracies and, if they differ, these validation accuracies."""
    found: list[RunRecord] = []
    for arm, accuracies in scores.items():
        for seed, accuracy in enumerate(accuracies):
            run = make_run_record(arm, seed, accuracy)
            if validation is not None:
                last = replace(run.epochs[-1], validation_accuracy=validation[arm][seed])
                run = replace(run, epochs=(*run.epochs[:-1], last))
            found.append(run)
    return found


def analysed(study: StudyRecord, scores: Scores, validation: Scores | None = None) -> Analysis:
    seeds = range(max(map(len, scores.values())))
    return analyse(study, tuple(seeds), runs(scores, validation))


def swept(study: StudyRecord, by_value: Mapping[Value, Scores], over: str = "n_train") -> SweepAnalysis:
    cells = [analysed(study, scores) for scores in by_value.values()]
    return analyse_sweep(sweep_record(over, tuple(by_value)), cells)


WOBBLE = (-0.001, 0.0, 0.001)
"""What the treatment's seeds add."""


def crossing() -> dict[Value, Scores]:
    """Return arms at 1,000, 2,000 and 4,000 rows: the treatment is 2 points behind, then 2 and 4 ahead."""
    flat, wide = {1_000: 0.80, 2_000: 0.84, 4_000: 0.88}, {1_000: 0.78, 2_000: 0.86, 4_000: 0.92}
    return {n: {"flat": [flat[n]] * 3, "wide": [wide[n] + w for w in WOBBLE]} for n in flat}


def test_curves_hold_every_seed(study_record: StudyRecord) -> None:
    """Mean and spread per value, on the contrasts' metric and on validation accuracy."""
    analysis = swept(study_record, crossing())
    assert [("flat", "test_accuracy"), ("wide", "test_accuracy")] == [
        (curve.arm, curve.metric) for curve in analysis.curves[:2]
    ]
    assert {"validation_accuracy"} == {curve.metric for curve in analysis.curves[2:]}
    point = analysis.curves[1].points[0]
    assert (1_000, 3, pytest.approx(0.78), pytest.approx(0.001)) == (
        point.value,
        point.n,
        point.mean,
        point.spread,
    )
    assert {0: 0.779, 1: 0.78, 2: 0.781} == point.scores


def test_cells_are_adjusted_for_the_values_alone(study_record: StudyRecord) -> None:
    """By Holm, contrast by contrast; the mean over values for the contrasts on the metric."""
    more = replace(study_record, contrasts=(*study_record.contrasts, Contrast("flat", "wide")))
    (first, second) = swept(more, crossing()).contrasts
    assert [Word.WORSE, Word.BETTER, Word.BETTER] == [cell.verdict.word for cell in first.cells]
    p = [cell.verdict.p for cell in first.cells]
    assert list(holm(p)) == [cell.verdict.adjusted_p for cell in first.cells]
    assert min(1.0, 2 * first.overall.p) == pytest.approx(first.overall.adjusted_p)
    assert pytest.approx(-first.overall.mean) == second.overall.mean
    assert pytest.approx((-0.02 + 0.02 + 0.04) / 3) == first.overall.mean
    assert pytest.approx(0.001) == first.overall.spread  # of the seeds' means, not of the cells
    assert 3 == first.overall.n


def test_places_are_changed_where_the_curves_meet(study_record: StudyRecord) -> None:
    """-2 points at 1,000, +2 at 2,000: half of the way, at 1,000 √2; the interval is |mean| <= 2.484 sd of .1 points around it."""
    found = swept(study_record, crossing()).contrasts[0].crossovers
    assert found is not None
    assert (pytest.approx(1_000 * 2**0.5),) == found.at
    reach = 4.302652730 * 0.001 / 3**0.5 / 0.04  # half of the width, in parts of the way from 1,000 to 2,000
    ((low, high),) = found.spans
    assert pytest.approx(1_000 * 2 ** (0.5 - reach)) == low
    assert pytest.approx(1_000 * 2 ** (0.5 + reach)) == high


def test_rows_saved_by_hand(study_record: StudyRecord) -> None:
    """The control has 80 % with 1,000: the treatment, from 78 % to 86 %, after a quarter of the way in the logarithm."""
    first, second, third = swept(study_record, crossing()).contrasts[0].savings
    assert (1_000, pytest.approx(1_000 * 2**0.25)) == (first.n, first.needed)
    ((low, high),) = first.spans
    reach = 4.302652730 * 0.001 / 3**0.5 / 0.08
    assert (pytest.approx(1_000 * 2 ** (0.25 - reach)), pytest.approx(1_000 * 2 ** (0.25 + reach))) == (
        low,
        high,
    )
    assert pytest.approx(1_000 * 2**0.75) == second.needed
    assert pytest.approx(2_000 * 2 ** (1 / 3)) == third.needed


def test_fewer_than_were_tried_and_more(study_record: StudyRecord) -> None:
    """Better at the least value than the other ever is, and the other way round."""
    scores: dict[Value, Scores] = {
        n: {"flat": [low] * 3, "wide": [low + 0.5 + wobble for wobble in WOBBLE]}
        for n, low in ((100, 0.2), (200, 0.3))
    }
    turned = replace(study_record, contrasts=(Contrast("flat", "wide"),))
    assert [(-math.inf, (Span(-math.inf, 100),))] * 2 == [
        (each.needed, each.spans) for each in swept(study_record, scores).contrasts[0].savings
    ]
    assert [(math.inf, (Span(200, math.inf),))] * 2 == [
        (each.needed, each.spans) for each in swept(turned, scores).contrasts[0].savings
    ]


def test_only_rows_are_saved_and_only_numbers_lie_between(study_record: StudyRecord) -> None:
    """Nothing lies between raw and divided pixels."""
    epochs = swept(study_record, crossing(), "epochs").contrasts[0]
    assert () == epochs.savings
    assert epochs.crossovers is not None
    words: dict[Value, Scores] = dict(zip(("raw", "unit"), crossing().values(), strict=False))
    pixels = swept(study_record, words, "pixels").contrasts[0]
    assert None is pixels.crossovers
    assert 2 == len(pixels.cells)


def test_one_seed_has_no_places(study_record: StudyRecord) -> None:
    """And no verdict."""
    single: dict[Value, Scores] = {
        n: {arm: found[:1] for arm, found in scores.items()} for n, scores in crossing().items()
    }
    (contrast,) = swept(study_record, single).contrasts
    assert (None, ()) == (contrast.crossovers, contrast.savings)
    assert {Word.UNDECIDED} == {cell.verdict.word for cell in contrast.cells}


def test_a_value_without_pairs_is_left_out(study_record: StudyRecord) -> None:
    """Curves are interpolated over it, with the seeds that all other values have."""
    scores = list(crossing().items())
    cells = [analysed(study_record, each) for _, each in scores]
    failed = [make_run_record("wide", seed, status=Status.DIVERGED) for seed in range(3)]
    cells[1] = analyse(study_record, (0, 1, 2), [*runs({"flat": [0.84] * 3}), *failed])
    analysis = analyse_sweep(sweep_record("n_train", [n for n, _ in scores]), cells)
    found = analysis.contrasts[0].crossovers
    assert found is not None
    assert ((1_000.0, 4_000.0), (0, 1, 2)) == (found.values, found.seeds)
    assert [1_000, 4_000] == [saving.n for saving in analysis.contrasts[0].savings]
    assert 3 == analysis.missing
    assert (2_000,) == analysis.limits[0].values
    assert 0 == analysis.contrasts[0].overall.n


def test_a_cell_that_was_planned_otherwise_is_judged_otherwise(study_record: StudyRecord) -> None:
    """Its own verdict is anytime-valid, and what rests on it; the other cells' are not."""
    (one, two, three) = crossing().values()
    planned = Design(seeds=tuple(range(10)))
    cells = [analysed(study_record, scores) for scores in (one, two)]
    cells.append(analyse(study_record, (0, 1, 2), runs(three), design=planned))
    analysis = analyse_sweep(sweep_record("n_train", (1_000, 2_000, 4_000)), cells)
    (contrast,) = analysis.contrasts
    assert [Rule.FIXED, Rule.FIXED, Rule.ANYTIME] == [cell.rule for cell in contrast.cells]
    assert Word.UNDECIDED is contrast.cells[2].verdict.word
    assert Rule.ANYTIME is contrast.rule
    assert contrast.crossovers is not None
    ((low, high), (beyond, end)) = contrast.crossovers.spans
    assert low < 1_000 * 2**0.5 < high < 2_000 == beyond < end == math.inf
    assert (4_000,) == analysis.limits[0].values
    assert "Planned with 10 seeds" in analysis.limits[0].sentence


def test_what_limits_cells_is_said_once(study_record: StudyRecord) -> None:
    """With the values; what is unfair comes before what is only a caution, and notes stay with the cells."""
    unfair = Finding(kind="bias", severity=Severity.UNFAIR, about="", evidence="It is.", remedy="Do.")
    careful = replace(unfair, kind="depth", severity=Severity.CAUTION)
    noted = replace(unfair, kind="layers", severity=Severity.NOTE)
    study = replace(study_record, findings=(noted, careful, unfair))
    limits = [
        (limit.severity, limit.values)
        for limit in swept(study, crossing()).limits
        if limit.sentence == "It is."
    ]
    assert [(severity, (1_000, 2_000, 4_000)) for severity in (Severity.UNFAIR, Severity.CAUTION)] == limits


def test_what_limits_several_contrasts_alike_is_said_once(study_record: StudyRecord) -> None:
    """About all of them; what says something else stands apart."""
    asked = [
        Finding(
            kind="few_epochs", severity=Severity.CAUTION, about=about, evidence=evidence, remedy="Train on."
        )
        for about, evidence in (("accuracy", "It moves."), ("shift", "It moves."), ("loss", "It rises."))
    ]
    found = swept(replace(study_record, findings=tuple(asked)), crossing()).limits
    assert [("accuracy, shift", "It moves."), ("loss", "It rises.")] == [
        (limit.about, limit.sentence) for limit in found if limit.kind == "few_epochs"
    ]


def at_rates(
    study: StudyRecord,
    validation: Mapping[float, Scores],
    test: Mapping[float, Scores],
    own: float | None = None,
) -> SweepAnalysis:
    cells = [analysed(study, test[rate], validation[rate]) for rate in validation]
    return analyse_sweep(sweep_record("learning_rate", tuple(validation), own), cells)


RATES: dict[float, Scores] = {
    0.001: {"flat": [0.50, 0.52, 0.51], "wide": [0.60, 0.61, 0.62]},
    0.01: {"flat": [0.70, 0.71, 0.72], "wide": [0.80, 0.79, 0.81]},
    0.1: {"flat": [0.90, 0.91, 0.92], "wide": [0.80, 0.79, 0.81]},
    1.0: {"flat": [0.85, 0.86, 0.87], "wide": [0.30, 0.31, 0.32]},
}


def test_each_arm_gets_the_rate_at_which_it_validates_best(study_record: StudyRecord) -> None:
    """Equal ones: the smaller. Test data, on which another rate is best, are not asked."""
    test: dict[float, Scores] = {
        rate: {"flat": [0.5 - rate / 10] * 3, "wide": [0.5 - rate / 10 + wobble for wobble in WOBBLE]}
        for rate in RATES
    }
    tuned = at_rates(study_record, RATES, test, own=0.01).tuned
    assert tuned is not None
    assert [("flat", 0.1, False), ("wide", 0.01, False)] == [
        (arm.arm, arm.rate, arm.at_edge) for arm in tuned.arms
    ]
    (contrast,) = tuned.contrasts
    assert pytest.approx(0.1 / 10 - 0.01 / 10) == contrast.verdict.mean
    assert [pytest.approx(0.009 + wobble) for wobble in WOBBLE] == list(contrast.differences.values())
    assert (0.01, True) == (tuned.common, tuned.common_is_own)
    assert pytest.approx(0.0) == contrast.common.mean


def test_a_rate_at_the_edge_is_told(study_record: StudyRecord) -> None:
    """There may be better ones beyond."""
    some = {rate: RATES[rate] for rate in (0.01, 0.1)}
    tuned = at_rates(study_record, some, some).tuned
    assert tuned is not None
    assert [True, True] == [arm.at_edge for arm in tuned.arms]
    assert (0.1, False) == (tuned.common, tuned.common_is_own)  # 85.5 % on the mean over arms, against 75.5 %


def test_a_rate_at_which_runs_are_lost_is_passed_over(study_record: StudyRecord) -> None:
    """However good those were that ended."""
    cells = [analysed(study_record, RATES[rate]) for rate in (0.01, 0.1)]
    good = runs({"flat": [0.99, 0.99], "wide": [0.9, 0.9, 0.9]})
    lost = make_run_record("flat", 2, status=Status.DIVERGED)
    cells.append(analyse(study_record, (0, 1, 2), [*good, lost]))
    tuned = analyse_sweep(sweep_record("learning_rate", (0.01, 0.1, 1.0)), cells).tuned
    assert tuned is not None
    flat, wide = tuned.arms
    assert (0.1, (1.0,)) == (flat.rate, flat.passed_over)
    assert (1.0, ()) == (wide.rate, wide.passed_over)


def test_an_arm_that_never_ends_has_no_rate(study_record: StudyRecord) -> None:
    """And no difference to anything."""
    cells = [analyse(study_record, (0, 1), runs({"flat": [0.5, 0.6]})) for _ in range(2)]
    tuned = analyse_sweep(sweep_record("learning_rate", (0.1, 0.2)), cells).tuned
    assert tuned is not None
    assert (None, {}) == (tuned.arms[1].rate, tuned.contrasts[0].differences)
    assert Word.UNDECIDED is tuned.contrasts[0].verdict.word


def test_other_sweeps_select_nothing(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Rates alone are tuned."""
    assert None is swept(study_record, crossing(), "epochs").tuned
