"""What notebooks show: HTML and CSS, at most one picture, no scripts; words everywhere else."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from paribus import geometry
from paribus.lab import Audit, ModelGeometry, Result
from paribus.records import BudgetLine, Finding, Findings, Match, Severity
from paribus.report._visible import visible
from paribus.study import Contrast, Study
from tests.browser.hostile import HOSTILE
from tests.report.simulated import Plan, hostile, simulated

MATCH = Match(
    arm="conv",
    sizes={"filters": 24},
    lines=(BudgetLine(measure="trainable_parameters", target=100_000, actual=99_320, tolerance=0.001),),
)
FINDING = Finding(
    kind="learning_rate", severity=Severity.UNFAIR, about="conv", evidence="It differs.", remedy="Do not."
)


def result(plan: Plan | None = None) -> Result:
    made = simulated(plan)
    return Result(analysis=made.analysis, records=made.records)


def audit(plan: Plan | None = None) -> Audit:
    analysis = simulated(plan).analysis
    return Audit(study=replace(analysis.study, matches=(MATCH,)), seeds=analysis.seeds)


def model() -> ModelGeometry:
    arm = simulated().analysis.study.arms[0]
    assert arm.measures is not None
    return ModelGeometry(name=arm.name, extents=(8, 8), layers=arm.layers, totals=arm.measures)


SHOWN: dict[str, tuple[Callable[[], Any], str, str]] = {
    "result": (result, "undecided", "wide − flat: undecided"),
    "audit": (audit, "what differs, and what is equal", "trainable parameters"),
    "match": (lambda: MATCH, "outside the tolerance", "conv: filters 24; trainable parameters 99,320 of 100,000 (-0.68 %, outside the tolerance)"),
    "finding": (lambda: FINDING, "unfair: learning rate", "unfair: learning rate, conv. It differs. Do not."),
    "findings": (lambda: Findings([FINDING, FINDING]), "It differs.", "unfair: learning rate, conv. It differs. Do not."),
    "no findings": (Findings, "Nothing found", "Nothing found that speaks against the comparison."),
    "convolution": (lambda: geometry.conv(7, 2, strides=2), "never read", "Conv1D 2, stride 2, valid: 7 becomes 3."),
    "large convolution": (lambda: geometry.conv((224, 224), 7), "224×224 becomes 218×218", "Conv2D 7×7"),
    "pooling": (lambda: geometry.pool((4, 4), 2), "2×2", "MaxPooling2D 2×2"),
    "transposed": (lambda: geometry.transposed_conv(4, 3, strides=2), "becomes", "Conv1DTranspose"),
    "cropping": (lambda: geometry.cropping((4, 4)), "cropping", "cropping: 4×4 becomes 2×2. 12 of its inputs are never read."),
    "model": (model, "receptive field", "Conv2D 'conv2d'"),
}  # fmt: skip


def html(shown: Any) -> str:
    """Return what a notebook asks for."""
    return shown._repr_html_()


class Tags(HTMLParser):
    """Elements of a piece of HTML, and its text."""

    def __init__(self, piece: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(re.sub(r"<style>.*?</style>", "", piece, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("make", "in_html", "in_words"), SHOWN.values(), ids=list(SHOWN))
def test_displays(make: Callable[[], Any], in_html: str, in_words: str) -> None:
    """HTML that says what the words say; nothing that runs or loads, at most one picture."""
    shown = make()
    piece = html(shown)
    tags = Tags(piece)
    assert in_html in tags.text
    assert in_words in repr(shown)
    assert 1 >= tags.names.count("svg")
    assert not {"script", "link", "iframe", "img", "object"} & set(tags.names)
    assert not {"src", "href"} & tags.attributes
    assert not [name for name in tags.attributes if name.startswith("on")]


def test_a_style_holds_within_its_display() -> None:
    """Every rule is about what is inside `.paribus`: a notebook is not ours to paint."""
    for make, _, _ in SHOWN.values():
        for style in re.findall(r"<style>(.*?)</style>", html(make()), flags=re.DOTALL):
            flat = re.sub(r"\.paribus \.geometry \{.*\}\s*$", "", style, flags=re.DOTALL)
            rules: list[str] = re.findall(r"([^{}]+)\{[^{}]*\}", flat)
            assert all(each.strip().startswith(".paribus") for rule in rules for each in rule.split(","))


def test_a_study_is_shown_before_it_is_run(small_study: Study) -> None:
    """Arms, contrasts with margins in points, data, recipe, seeds."""
    tags = Tags(html(replace(small_study, contrasts=(Contrast("wide", "flat", margin=0.005),))))
    for words in (
        "flat, wide",
        "wide − flat, margin 0.5 points",
        "quadrants: 160 train",
        "SGD",
        "study.run()",
    ):
        assert words.lower() in " ".join(tags.text.split()).lower()
    assert "arms: flat, wide" in repr(small_study)


def test_hostile_words_are_text() -> None:
    """A hundred arms, and everything else that can be named."""
    plan = hostile()
    known = {
        "div",
        "h3",
        "h4",
        "p",
        "strong",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
    }
    drawn = {"svg", "title", "text", "rect", "line", "circle", "path"}
    for shown in (result(plan), audit(plan), Findings(result(plan).findings)):
        tags = Tags(html(shown))
        assert known | drawn >= set(tags.names)
        assert not [name for name in tags.attributes if name.startswith(("on", "hx-", "href", "src"))]
    seen = " ".join(Tags(html(result(plan))).text.split())
    assert not [arm for arm in HOSTILE if " ".join(visible(arm).split()) not in seen]
