"""Figures and tables are pure rows and dumb renderers."""

import re
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib.figure
import numpy as np
import pytest
from PIL import Image

from paribus.analyse import Analysis, GateResult, analyse
from paribus.evidence import Word, harm_test
from paribus.records import Design, Finding, RunRecord, Severity
from paribus.report import (
    Material,
    arm_rows,
    conclusions,
    contrast_rows,
    disagreement,
    gate_junit,
    gate_markdown,
    gate_text,
    markdown,
    methods,
    protocol,
    save_figures,
    text,
)
from paribus.report.figures import Panel, curve_groups, curve_rows, draw_curves
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun


@pytest.fixture
def records(make_run: MakeRun) -> list[RunRecord]:
    scores = {("flat", 0): 0.90, ("flat", 1): 0.92, ("wide", 0): 0.93, ("wide", 1): 0.96}
    return [make_run(arm, seed, accuracy) for (arm, seed), accuracy in scores.items()]


@pytest.fixture
def analysis(study_record: StudyRecord, records: list[RunRecord]) -> Analysis:
    return analyse(study_record, (0, 1), records)


def test_every_seeds_score_is_shown(analysis: Analysis) -> None:
    """Mean ± sd, and each seed beside it."""
    row = arm_rows(analysis)[1]
    assert ("332", "2", "94.50 ± 2.12", "93.00 96.00") == (
        row.parameters,
        row.n,
        row.test_accuracy,
        row.test_by_seed,
    )


def test_differences_are_in_points(analysis: Analysis) -> None:
    """Signed, with interval and margin in one unit."""
    (row,) = contrast_rows(analysis)
    assert ("+3.50 points", "-2.85 to +9.85", "1 point") == (row.difference, row.interval, row.margin)


def test_undefined_is_written_undefined(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """One seed: a difference without an interval, a mean without a spread."""
    single = analyse(study_record, (0,), records)
    assert "undefined" == contrast_rows(single)[0].interval
    assert "90.00" == arm_rows(single)[0].test_accuracy
    assert "undefined" == arm_rows(analyse(study_record, (7,), records))[0].test_accuracy


def test_losses_are_not_percentages(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """A contrast on a loss keeps the loss' unit."""
    on_loss = replace(study_record, contrasts=(Contrast("wide", "flat", metric="test_loss"),))
    (row,) = contrast_rows(analyse(on_loss, (0, 1), records))
    assert ("+0.0000", "none") == (row.difference, row.margin)


def test_the_protocol_names_what_all_arms_share(analysis: Analysis) -> None:
    """Data, pixels, optimizer, batch, epochs, seeds."""
    assert protocol(analysis) == (
        "quadrants: 160 train, 40 validation, 50 test; raw pixels; SGD, batch 32, 2 epochs; 2 seeds"
    )
    recipe = replace(analysis.study.recipe, batchnorm="recalibrate")
    anew = replace(analysis, study=replace(analysis.study, recipe=recipe))
    assert "2 epochs; BatchNormalization recalibrated before evaluation; 2 seeds" in protocol(anew)


def test_curves_are_means_with_a_band_over_seeds(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """Two arms × two splits × two epochs; the band is one standard deviation."""
    points = curve_rows(study_record, records)
    assert 8 == len(points)
    first = points[0]
    assert ("flat", "training", 1, 2) == (first.arm, first.split, first.epoch, first.n)
    assert pytest.approx((0.91, 0.91 - 0.0141421, 0.91 + 0.0141421), abs=1e-6) == (
        first.mean,
        first.low,
        first.high,
    )


def test_one_seed_has_a_curve_without_a_band(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """Its band is NaN."""
    assert np.isnan(curve_rows(study_record, records[:1])[0].low)


def test_figures_add_arms_contrast_by_contrast(study_record: StudyRecord) -> None:
    """As in the article: two arms, then three, then four."""
    arms = tuple(replace(study_record.arms[0], name=name) for name in ("dense", "conv", "max", "average"))
    contrasts = (
        Contrast("conv", "dense"),
        Contrast("max", "conv"),
        Contrast("max", "dense"),
        Contrast("average", "max"),
    )
    study = replace(study_record, arms=arms, contrasts=contrasts)
    assert curve_groups(study) == (
        ("dense", "conv"),
        ("dense", "conv", "max"),
        ("dense", "conv", "max", "average"),
    )
    assert (("dense", "conv", "max", "average"),) == curve_groups(replace(study, contrasts=()))


def test_lines_follow_the_articles_style(study_record: StudyRecord, records: list[RunRecord]) -> None:
    """Training dash-dot, validation solid; the first arm blue, the second red."""
    axes = matplotlib.figure.Figure().add_subplot()
    draw_curves(axes, Panel(title="", rows=curve_rows(study_record, records), arms=("flat", "wide")))
    legend = axes.get_legend()
    assert legend is not None
    labels = [words.get_text() for words in legend.get_texts()]
    drawn = {
        label: (line.get_linestyle(), line.get_color())
        for label, line in zip(labels, axes.lines, strict=True)
    }
    assert drawn == {
        "flat, training": ("-.", "tab:blue"),
        "flat, validation": ("-", "tab:blue"),
        "wide, training": ("-.", "tab:red"),
        "wide, validation": ("-", "tab:red"),
    }


def test_figures_are_png_and_svg(analysis: Analysis, records: list[RunRecord], tmp_path: Path) -> None:
    """Both open, and the same data give the same SVG."""
    material = Material(analysis=analysis, records=tuple(records))
    png, svg = save_figures(material, tmp_path)
    first = svg.read_text()
    save_figures(material, tmp_path)
    with Image.open(png) as image:
        assert image.width > 1_000
    assert first.startswith("<?xml")
    assert first == svg.read_text()


def test_a_quick_look_is_labelled_in_text_and_markdown(
    study_record: StudyRecord, records: list[RunRecord]
) -> None:
    """Wherever its numbers appear."""
    quick = analyse(replace(study_record, quick=True), (0, 1), records)
    for rendered in (text(quick), markdown(Material(analysis=quick, records=tuple(records)), ())):
        assert "a quick look, not evidence" in rendered
        assert "93.00 96.00" in rendered


def test_names_are_never_markup(study_record: StudyRecord, make_run: MakeRun, tmp_path: Path) -> None:
    """Brackets, dollars, bars and underscores in an arm's name reach every renderer as they are."""
    arms = tuple(
        replace(arm, name=name)
        for arm, name in zip(study_record.arms, ("_net[/b]", r"a|b $\\foo$"), strict=True)
    )
    study = replace(study_record, arms=arms, contrasts=(Contrast(arms[1].name, arms[0].name),))
    records = [make_run(arm.name, seed, 0.9) for arm in arms for seed in (0, 1)]
    analysis = analyse(study, (0, 1), records)
    assert "_net[/b]" in text(analysis)
    material = Material(analysis=analysis, records=tuple(records))
    assert r"a\|b" in markdown(material, ())
    assert 2 == len(save_figures(material, tmp_path))


def test_a_conclusion_says_what_it_rests_on_and_what_would_change_it(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """Word, numbers, what else is known, and for an undecided one how many more seeds."""
    runs = [
        make_run(arm, seed, 0.9 + delta * (arm == "wide"))
        for seed, delta in enumerate((0.03, 0.005, 0.02))
        for arm in ("flat", "wide")
    ]
    (told,) = conclusions(analyse(study_record, range(3), runs))
    assert ("wide − flat", Word.UNDECIDED, "undecided") == (told.contrast, told.word, told.headline)
    assert (
        "+1.83 points of test accuracy, 95 % interval -1.29 to +4.96, 3 pairs of runs; p = .128."
        == told.numbers
    )
    assert "more seeds (--seeds " in told.change
    assert any(
        "d_z = 1.5" in sentence and "3 seeds find 4.1 points with power .8" in sentence
        for sentence in told.besides
    )


def test_an_unfair_comparison_is_told_with_the_verdict(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Nobody reads the word without it."""
    unfair = Finding(
        kind="recipe", severity=Severity.UNFAIR, about="wide − flat", evidence="It differs.", remedy="Do not."
    )
    runs = [
        make_run(arm, seed, 0.9 + (0.03 + seed / 1000) * (arm == "wide"))
        for seed in range(3)
        for arm in ("flat", "wide")
    ]
    (told,) = conclusions(analyse(replace(study_record, findings=(unfair,)), range(3), runs))
    assert "better, by at least the margin of 1 point, but the comparison is unfair: recipe" == told.headline


def test_methods_cite_what_was_done(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Numbered in the order in which they are cited; what was not done is not there."""
    runs = [make_run(arm, seed, 0.9 + seed / 100) for seed in range(3) for arm in ("flat", "wide")]
    analysis = analyse(study_record, range(3), runs)
    paragraph, _, references = methods(analysis, runs).partition("\n\n")
    cited = re.findall(r"\[([\d, ]+)\]", paragraph)
    numbers = [int(number) for group in cited for number in group.split(", ")]
    assert list(range(1, len(numbers) + 1)) == numbers
    assert len(numbers) == len(references.strip().splitlines())
    assert "2 architectures: flat (148 parameters), wide (332 parameters)" in paragraph
    assert "fixed before training" in paragraph
    assert "Holm" not in methods(analysis, runs)
    extended = analyse(study_record, range(3), runs, design=Design(seeds=(0,)))
    assert "anytime-valid" in methods(extended, runs)
    looked = analyse(study_record, range(3), runs, design=Design(seeds=(0, 1, 2, 3), looks=(3, 4)))
    assert "looked at after 3, 4 of at most 4 seeds" in methods(looked, runs)


class TestGate:
    """A gate's result for people and machines."""

    def result(self, deltas: tuple[float, ...]) -> GateResult:
        return GateResult(
            study="small",
            contrast=Contrast("wide", "flat", margin=0.005),
            baseline="arm 'flat'",
            candidate_scores={},
            baseline_scores={},
            test=harm_test(deltas, margin=0.005),
            identical=False,
            lost={},
            problems=("seed 7: the candidate has no score. It diverged & <stopped>.",),
        )

    def test_words(self) -> None:
        """The headline says it, the lines what it rests on."""
        told = gate_text(self.result((0.001, 0.002, 0.0015)))
        assert (
            "small: wide against arm 'flat': no harm: it loses less than 0.5 points of test accuracy"
            == told.headline
        )
        assert told.lines[0].startswith(
            "+0.15 points over 3 seeds, 90 % interval +0.07 to +0.23; no harm p = .001"
        )
        assert "Seed 7: the candidate has no score. It diverged & <stopped>." == told.lines[-1]

    @pytest.mark.parametrize(
        ("deltas", "failures", "kind"),
        [
            ((0.001, 0.002, 0.0015), "0", None),
            ((-0.02, -0.021, -0.022), "1", "harm"),
            ((0.01,), "1", "inconclusive"),
        ],
    )
    def test_junit(self, deltas: tuple[float, ...], failures: str, kind: str | None) -> None:
        """One test, which fails unless there is no harm; what is the user's is escaped."""
        suites = ET.fromstring(gate_junit(self.result(deltas)))  # noqa: S314 -- our own
        assert failures == suites.get("failures")
        failure = suites.find("testsuite/testcase/failure")
        assert kind == (None if failure is None else failure.get("type"))

    def test_markdown(self) -> None:
        """A heading and a list."""
        told = gate_markdown(self.result((0.01,)))
        assert told.startswith("### ")
        assert "inconclusive" in told
        assert "\n- Take several seeds (--seeds 10).\n" in told


def test_disagreements_are_tables_of_classes_examples_and_pairs(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """Four examples, right on the first three by one arm and on the last by the other."""
    labels = zlib.compress(np.array([0, 0, 1, 1], "<i4").tobytes())
    data = replace(study_record.dataset, test_labels=labels, n_test=4, classes=2, class_names=("cat", "dog"))
    bits = {"flat": b"\x10", "wide": b"\xe0"}
    runs: list[RunRecord] = []
    for seed in range(2):
        for arm in ("flat", "wide"):
            run = make_run(arm, seed)
            assert run.test is not None
            runs.append(replace(run, test=replace(run.test, correct_bits=bits[arm])))
    analysis = analyse(replace(study_record, dataset=data), range(2), runs)
    told = disagreement(analysis.contrasts[0])
    assert told is not None
    assert ("cat", "2", "100.0", "0.0", "+100.0") == told.classes[0]
    assert ("dog", "2", "50.0", "50.0", "+0.0") == told.classes[1]
    assert [("0", "cat", "100 %", "0 %"), ("3", "dog", "0 %", "100 %")] == [
        told.examples[0],
        told.examples[3],
    ]
    assert ("0", "3", "1", "p = .625") == told.pairs[0]
    assert "| only wide right |" in markdown(Material(analysis=analysis, records=tuple(runs)), [])
