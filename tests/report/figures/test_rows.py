"""Every figure's rows, from scores that can be reckoned by hand."""

import math
import zlib
from dataclasses import replace

import numpy as np
import pytest

from paribus.analyse import analyse
from paribus.records import Design, Measures, RunRecord, Status
from paribus.report import FIGURES, Material
from paribus.report.figures import (
    ClassScore,
    Cost,
    Difference,
    ExampleImage,
    Look,
    Score,
    ScoreMean,
    SeedDifference,
    example_groups,
)
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun

SCORES = {("flat", 0): 0.90, ("flat", 1): 0.92, ("wide", 0): 0.93, ("wide", 1): 0.96}


@pytest.fixture
def records(make_run: MakeRun) -> list[RunRecord]:
    return [make_run(arm, seed, accuracy) for (arm, seed), accuracy in SCORES.items()]


@pytest.fixture
def material(study_record: StudyRecord, records: list[RunRecord]) -> Material:
    return Material(analysis=analyse(study_record, (0, 1), records), records=tuple(records))


def test_differences(material: Material) -> None:
    """Three and four points: 3.5 on the mean, ± 12.706 × 0.707 / √2 by Student's t."""
    (panel,) = FIGURES["differences"].panels(material)
    (row,) = panel.rows
    assert pytest.approx(0.035) == row.mean
    assert pytest.approx((0.035 - 0.063531, 0.035 + 0.063531), abs=1e-6) == (row.low, row.high)
    assert ("wide − flat", 0.01, "undecided", 2) == (row.contrast, row.margin, row.word, row.n)
    seeds = [seed._replace(difference=round(seed.difference, 9)) for seed in panel.settings["seeds"]]
    assert [
        SeedDifference("wide − flat", 0, 0.03, -0.3),
        SeedDifference("wide − flat", 1, 0.04, 0.3),
    ] == seeds


def test_one_seed_has_a_difference_without_an_interval(
    study_record: StudyRecord, records: list[RunRecord]
) -> None:
    """NaN, and the seed in the middle."""
    material = Material(analysis=analyse(study_record, (0,), records), records=tuple(records))
    (panel,) = FIGURES["differences"].panels(material)
    (row,) = panel.rows
    assert math.isnan(row.low)
    assert math.isnan(row.high)
    assert [0.0] == [seed.lane for seed in panel.settings["seeds"]]


def test_metrics_have_panels_of_their_own(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """Points and losses do not share an axis; what has no margin has none in its row."""
    contrasts = (*study_record.contrasts, Contrast("wide", "flat", metric="test_loss"))
    analysis = analyse(replace(study_record, contrasts=contrasts), (0, 1), records)
    panels = FIGURES["differences"].panels(Material(analysis=analysis, records=tuple(records)))
    assert ["difference in test accuracy", "difference in test loss"] == [panel.title for panel in panels]
    row: Difference = panels[1].rows[0]
    assert math.isnan(row.margin)


def test_scores(material: Material) -> None:
    """Every run, and by arm the mean ± 1.41 and 2.12 points."""
    (panel,) = FIGURES["scores"].panels(material)
    assert (
        Score("flat", 0, 0.90, -0.3),
        Score("flat", 1, 0.92, 0.3),
        Score("wide", 0, 0.93, -0.3),
        Score("wide", 1, 0.96, 0.3),
    ) == panel.rows
    flat, wide = panel.settings["means"]
    assert ("flat", 2, "wide", 2) == (flat.arm, flat.n, wide.arm, wide.n)
    assert pytest.approx((0.91, 0.91 - 0.0141421, 0.91 + 0.0141421), abs=1e-6) == flat[1:4]
    assert pytest.approx((0.945, 0.945 - 0.0212132, 0.945 + 0.0212132), abs=1e-6) == wide[1:4]


def test_an_arm_without_a_score_has_no_line(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Its color stays its own: the arms are those of the study."""
    runs = [make_run("flat", 0, status=Status.DIVERGED), make_run("wide", 0)]
    material = Material(analysis=analyse(study_record, (0,), runs), records=tuple(runs))
    (panel,) = FIGURES["scores"].panels(material)
    assert ["wide"] == [row.arm for row in panel.rows]
    (mean,) = panel.settings["means"]
    assert ScoreMean("wide", 0.9, mean.low, mean.high, 1) == mean
    assert math.isnan(mean.low)
    assert ("flat", "wide") == panel.arms


def test_curves_can_be_seen_seed_by_seed(material: Material) -> None:
    """Both epochs of all four runs, and of a run that failed as far as it came."""
    (panel,) = FIGURES["curves"].panels(material)
    assert {
        ("flat", 0): (0.9, 0.9),
        ("flat", 1): (0.92, 0.92),
        ("wide", 0): (0.93, 0.93),
        ("wide", 1): (0.96, 0.96),
    } == {(curve.arm, curve.seed): curve.accuracies for curve in panel.settings["seeds"]}
    assert 8 == len(panel.rows)


def test_costs(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """Parameters and seconds are known of both arms, operations of one alone: that is no comparison."""
    measures = Measures(
        macs=None,
        flops=288,
        training_flops=None,
        activation_bytes=None,
        depth=None,
        receptive_field=None,
        sees_all=None,
        gathered_by="",
        uncounted=(),
        traits={},
    )
    flat, wide = study_record.arms
    study = replace(study_record, arms=(replace(flat, measures=measures), wide))
    panels = FIGURES["costs"].panels(
        Material(analysis=analyse(study, (0, 1), records), records=tuple(records))
    )
    assert ["trainable parameters", "seconds of training, median run"] == [panel.title for panel in panels]
    assert [("flat", 148.0, 0.91), ("wide", 332.0, 0.945)] == [
        (row.arm, row.cost, round(row.mean, 9)) for row in panels[0].rows
    ]
    seconds: Cost = panels[1].rows[0]
    assert 10.0 == seconds.cost


def looked_at(study: StudyRecord, make_run: MakeRun, looks: tuple[int, ...]) -> Material:
    """Three seeds of at most four: three, five and four points apart."""
    deltas = (0.03, 0.05, 0.04)
    runs = [
        make_run(arm, seed, 0.9 + delta * (arm == "wide"))
        for seed, delta in enumerate(deltas)
        for arm in ("flat", "wide")
    ]
    design = Design(seeds=(0, 1, 2, 3), looks=looks)
    analysis = analyse(study, (0, 1, 2), runs, design=design)
    return Material(analysis=analysis, records=tuple(runs))


def test_looks(study_record: StudyRecord, make_run: MakeRun) -> None:
    """The mean at each look so far; the last interval is the verdict's; all of it is in reach, and as much again."""
    material = looked_at(study_record, make_run, (2, 3, 4))
    (panel,) = FIGURES["looks"].panels(material)
    assert [(2, 0.04, 2), (3, 0.04, 3)] == [(row.seeds, round(row.mean, 9), row.n) for row in panel.rows]
    last: Look = panel.rows[-1]
    assert pytest.approx(material.analysis.contrasts[0].verdict.interval) == (last.low, last.high)
    assert (2, 3, 4) == panel.settings["planned"]
    low, high = min(last.low, -0.01), max(last.high, 0.01)
    room = 0.5 * (high - low)
    assert pytest.approx((low - room, high + room)) == panel.settings["reach"]


def test_a_study_without_looks_shows_none(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Nor does one that was begun without."""
    assert () == FIGURES["looks"].panels(looked_at(study_record, make_run, ()))


def with_examples(study: StudyRecord, make_run: MakeRun) -> Material:
    """Two cats and two dogs: `wide` is right on the cats, and with seed 1 on a dog; `flat` on the dogs, and with seed 1 on no more."""
    labels = zlib.compress(np.array([0, 0, 1, 1], "<i4").tobytes())
    data = replace(study.dataset, test_labels=labels, n_test=4, classes=2, class_names=("cat", "dog"))
    bits = {("flat", 0): b"\x30", ("flat", 1): b"\x30", ("wide", 0): b"\xc0", ("wide", 1): b"\xe0"}
    runs: list[RunRecord] = []
    for (arm, seed), right in bits.items():
        run = make_run(arm, seed, right[0].bit_count() / 4)
        assert run.test is not None
        runs.append(replace(run, test=replace(run.test, correct_bits=right)))
    analysis = analyse(replace(study, dataset=data), (0, 1), runs)
    return Material(analysis=analysis, records=tuple(runs), images={0: b"first", 2: b"third", 3: b"fourth"})


def test_classes(study_record: StudyRecord, make_run: MakeRun) -> None:
    """That on which they differ most comes first; both arms of each."""
    (panel,) = FIGURES["classes"].panels(with_examples(study_record, make_run))
    assert (
        ClassScore("cat", "wide", 1.0, 2),
        ClassScore("cat", "flat", 0.0, 2),
        ClassScore("dog", "wide", 0.25, 2),
        ClassScore("dog", "flat", 1.0, 2),
    ) == panel.rows


def test_examples(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Those whose images are kept, by the arm that is right in more of the seeds."""
    (panel,) = FIGURES["examples"].panels(with_examples(study_record, make_run))
    assert {0, 2, 3} == {row.example for row in panel.rows}
    assert [
        ("wide", (ExampleImage(0, "cat", 1.0, 0.0, b"first"),)),
        ("flat", (ExampleImage(3, "dog", 0.0, 1.0, b"fourth"), ExampleImage(2, "dog", 0.5, 1.0, b"third"))),
    ] == list(example_groups(panel))


def test_a_quick_look_is_no_evidence_in_any_figure(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Every panel says so, and none of any other study."""
    material = with_examples(study_record, make_run)
    quick = replace(
        material, analysis=replace(material.analysis, study=replace(material.analysis.study, quick=True))
    )
    for figure in FIGURES.values():
        assert {"a quick look, not evidence"} >= {panel.note for panel in figure.panels(quick)}
        assert all(panel.note for panel in figure.panels(quick))
        assert not any(panel.note for panel in figure.panels(material))
