"""What is said of a sweep, in words, tables and figures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from paribus.analyse import SweepAnalysis, analyse_sweep
from paribus.evidence import Span
from paribus.records import Finding, Severity
from paribus.report import (
    sweep_charts,
    sweep_figure,
    sweep_html,
    sweep_markdown,
    sweep_scores,
    sweep_text,
)
from paribus.report.sweep._places import place, spans_told
from paribus.study import Contrast, StudyRecord, Value
from tests.analyse.test_sweep import RATES, analysed, at_rates, crossing, sweep_record, swept


def flattened(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize(
    ("value", "whole", "words"),
    [
        (1_414.2, True, "1,410"),
        (48.5, True, "48"),
        (0.012345, False, "0.0123"),
        (59_999.0, True, "60,000"),
        (3.14159, False, "3.14"),
    ],
)
def test_places_have_three_digits(value: float, whole: bool, words: str) -> None:  # noqa: FBT001 -- a case
    """They were interpolated; whole controls have whole ones."""
    assert words == place(value, whole=whole)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ((), "no value"),
        ((Span(-math.inf, math.inf),), "any value"),
        ((Span(60_000, math.inf),), "more than 60,000"),
        ((Span(-math.inf, 250), Span(900, 1_100)), "fewer than 250, or 900 to 1,100"),
        ((Span(1_000, 1_000.4),), "1,000"),
    ],
)
def test_sets_are_told_as_they_are(spans: Sequence[Span], words: str) -> None:
    """Without end, in parts, or nothing."""
    assert words == spans_told(spans, whole=True)


def test_a_sweep_in_words(study_record: StudyRecord) -> None:
    """Curves, a word for every value, the mean over them, where places are changed, and rows saved."""
    told = flattened(sweep_text(swept(study_record, crossing())))
    for words in (
        "small over n_train: ?",
        "1,000 80.00 ± 0.00 78.00 ± 0.10",
        "1,000 3 -2.00 points -2.25 to -1.75 .0017 worse",
        "Worse at 1,000; better at 2,000, 4,000. On the mean over these 3 values better: +1.33 points (+1.08 to +1.58).",
        "wide overtakes flat at n_train 1,410; 95 % set: 1,350 to 1,480.",
        "How many rows wide needs to be as good as flat is with n; test accuracy.",
        "4,000 88.00 2,520 2,450 to 2,590 37 %",
        "1,000 80.00 1,190 1,160 to 1,220 none: 19 % more",
        "asked at 3 values: its p values are adjusted by Holm for these.",
    ):
        assert words in told


def test_who_overtakes_whom_knows_what_is_better(study_record: StudyRecord) -> None:
    """The other way round where less is better."""
    falling = replace(study_record, contrasts=(Contrast("wide", "flat", better="lower"),))
    assert "flat overtakes wide at n_train 1,410" in sweep_text(swept(falling, crossing()))


def test_places_that_are_not_changed(study_record: StudyRecord) -> None:
    """Said to be excluded everywhere, or nowhere."""
    apart: dict[Value, Mapping[str, Sequence[float]]] = {
        n: {"flat": [0.5] * 3, "wide": [0.599, 0.6, 0.601]} for n in (10, 20)
    }
    assert "do not change places between n_train 10 and 20: 95 % set empty." in sweep_text(
        swept(study_record, apart)
    )
    noisy: dict[Value, Mapping[str, Sequence[float]]] = {
        n: {"flat": [0.5] * 3, "wide": [0.2, 0.6, 0.9]} for n in (10, 20)
    }
    assert "a change of places is not excluded at any value." in sweep_text(swept(study_record, noisy))


def test_one_seed_is_told(study_record: StudyRecord) -> None:
    """There are no places, and no spread."""
    single: dict[Value, Mapping[str, Sequence[float]]] = {
        n: {arm: found[:1] for arm, found in scores.items()} for n, scores in crossing().items()
    }
    told = flattened(sweep_text(swept(study_record, single)))
    assert "Where the arms change places cannot be told without two seeds at two values." in told
    assert "1,000 80.00 77.90" in told


def test_a_sweep_without_contrasts_has_curves(study_record: StudyRecord) -> None:
    """And nothing else."""
    analysis = swept(replace(study_record, contrasts=()), crossing())
    for told in (sweep_text(analysis), sweep_markdown(analysis), sweep_html(analysis)):
        assert "small over n_train" in told
        assert "Holm" not in told
    assert 2 == len(sweep_figure(analysis).axes[0].lines)
    assert 1 == len(sweep_charts(analysis))


def test_rates_of_their_own_in_words(study_record: StudyRecord) -> None:
    """Which each arm got, how the verdict compares, the edge of the grid, and what selection leaves out."""
    some = {rate: RATES[rate] for rate in (0.01, 0.1)}
    told = flattened(sweep_text(at_rates(study_record, some, some, own=0.01)))
    for words in (
        "flat 0.1 91.00 at the edge of those tried",
        "wide 0.01 80.00 at the edge of those tried",
        "wide \N{MINUS SIGN} flat -11.00 points",
        "! wide: its rate, 0.01, lies at the edge of those tried, so a better one may lie beyond; widen the grid.",
        "better at the common rate, worse at each arm's own best one: the verdict depends on the rate.",
        "The common rate is 0.01, the study's own.",
        "test data were not asked.",
    ):
        assert words in told
    other = flattened(sweep_text(at_rates(study_record, some, some)))
    assert "The common rate is 0.1, the best on the mean over arms." in other
    assert "worse at the common rate and at each arm's own best one: the verdict holds." in other


def unfair(study: StudyRecord) -> SweepAnalysis:
    """Return a sweep that is unfair at its first value."""
    finding = Finding(
        kind="bias", severity=Severity.UNFAIR, about="", evidence="It <is> so.", remedy="Mend it."
    )
    cells = [
        analysed(replace(study, findings=(finding,) if place == 0 else ()), scores)
        for place, scores in enumerate(crossing().values())
    ]
    return analyse_sweep(sweep_record("n_train", tuple(crossing()), own=2_000), cells)


def test_what_is_unfair_stands_beside_the_verdict(study_record: StudyRecord) -> None:
    """In the table, above it with the remedy, and under the curves."""
    analysis = unfair(study_record)
    told = flattened(sweep_text(analysis))
    assert "worse, but unfair" in told
    assert "better, but unfair" not in told
    assert "! unfair, at 1,000: bias. It <is> so. \N{RIGHTWARDS ARROW} Mend it." in told
    drawn = [text.get_text() for text in sweep_figure(analysis).axes[0].texts]
    assert ["worse\N{DAGGER}", "better", "better"] == drawn[1:]
    assert drawn[0].endswith("\N{DAGGER} the comparison is unfair there")


def test_words_do_not_touch(study_record: StudyRecord) -> None:
    """Those at values that lie close together stand in lines of their own."""
    scores = crossing()[1_000]
    values = (100, 110, 120, 1_000, 10_000)
    analysis = swept(study_record, dict.fromkeys(values, scores))
    texts: list[Any] = list(sweep_figure(analysis).axes[0].texts)
    name, *tops = (float(text.xyann[1]) for text in texts)
    assert name > tops[0] > tops[1] > tops[2]
    assert tops[0] == tops[3] == tops[4]


def test_what_the_study_has_itself_is_starred(study_record: StudyRecord) -> None:
    """In tables and on the axis, with a legend."""
    analysis = unfair(study_record)
    assert "2,000*" in sweep_text(analysis)
    assert "* as the study is declared." in sweep_text(analysis)
    labels = [label.get_text() for label in sweep_figure(analysis).axes[0].get_xticklabels()]
    assert ["1,000", "2,000*", "4,000"] == labels


def test_markdown_and_notebook_say_the_same_and_escape(study_record: StudyRecord) -> None:
    """A name is no markup."""
    analysis = unfair(study_record)
    markdown, html = sweep_markdown(analysis), sweep_html(analysis)
    assert "| 1,000 | 3 | -2.00 points | -2.25 to -1.75 | .0017 | worse, but unfair |" in markdown
    assert "| 2,000\\* |" in markdown
    assert "It &lt;is&gt; so." in html
    assert "It <is> so." not in html
    assert 'src="data:image/png;base64,' in html
    assert "<script" not in html


def test_figures_draw_every_seed_on_demand(study_record: StudyRecord) -> None:
    """On a logarithmic axis where the control is a number."""
    analysis = swept(study_record, crossing())
    plain, whole = (sweep_figure(analysis, seeds=seeds).axes[0] for seeds in (False, True))
    assert (2, 2 + 2 * 3) == (len(plain.lines), len(whole.lines))
    assert "log" == plain.get_xscale()
    words: dict[Value, Mapping[str, Sequence[float]]] = dict(
        zip(("raw", "unit"), crossing().values(), strict=False)
    )
    assert "linear" == sweep_figure(swept(study_record, words, "pixels")).axes[0].get_xscale()


def test_charts_label_every_value(study_record: StudyRecord) -> None:
    """Whatever the size of numbers, which languages format differently."""
    scores = list(crossing().values())
    analysis = swept(study_record, dict(zip((1e-7, 0.5, 2e6), scores, strict=True)), "learning_rate")
    (chart,) = sweep_charts(analysis)
    told = str(chart.to_dict())
    assert '? "1e-07" : datum.value < ' in told
    assert ': "2e+06"' in told
    assert "every_seed" in told


def test_rows_hold_every_run(study_record: StudyRecord) -> None:
    """One row per run and metric."""
    rows = sweep_scores(swept(study_record, crossing()))
    assert 3 * 2 * 3 * 2 == len(rows)
    assert (1_000, "wide", 2, "test_accuracy", 0.781) == rows[11]
