"""A question that is asked in several cells has an answer for each."""

from dataclasses import replace

import pytest

from paribus.analyse import analyse
from paribus.records import RunRecord
from paribus.report import family_sentences
from paribus.report.figures import curve_groups
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun

SCORES = {"25k": (0.90, 0.95), "100k": (0.95, 0.9501), "200k": (0.95, 0.93)}


def in_cells(study: StudyRecord) -> StudyRecord:
    arms = [replace(study.arms[0], name=f"{name}, {cell}") for cell in SCORES for name in ("flat", "wide")]
    contrasts = [Contrast(f"wide, {cell}", f"flat, {cell}", margin=0.005, cell=cell) for cell in SCORES]
    return replace(study, arms=tuple(arms), contrasts=tuple(contrasts))


def runs(make_run: MakeRun) -> list[RunRecord]:
    return [
        make_run(f"{name}, {cell}", seed, accuracy + 0.0001 * seed * (name == "wide"))
        for cell, scores in SCORES.items()
        for name, accuracy in zip(("flat", "wide"), scores, strict=True)
        for seed in range(4)
    ]


def test_cells_are_told_by_what_they_say(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Better where it is small, alike in the middle, worse where it is large."""
    analysis = analyse(in_cells(study_record), range(4), runs(make_run))
    (family,) = analysis.families
    assert {"better": ("25k",), "equivalent": ("100k",), "worse": ("200k",)} == family.cells
    assert "wide \N{MINUS SIGN} flat" == family.family
    assert family_sentences(analysis)[0].startswith(
        "wide \N{MINUS SIGN} flat: better at 25k; equivalent at 100k; worse at 200k. On the mean over these cells better: +1.02 points"
    )


def test_the_mean_over_cells_is_taken_within_seeds(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Its spread is that of the seeds' means, not of the cells."""
    (family,) = analyse(in_cells(study_record), range(4), runs(make_run)).families
    assert 4 == family.verdict.n
    assert pytest.approx(0.0001 * 1.2909944, rel=1e-6) == family.verdict.spread
    assert 0.005 == family.margin


def test_each_cell_has_a_figure(study_record: StudyRecord) -> None:
    """With its own arms alone."""
    groups = curve_groups(in_cells(study_record))
    assert tuple((f"flat, {cell}", f"wide, {cell}") for cell in SCORES) == groups
