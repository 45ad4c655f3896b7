"""A hundred strings in every field are words, wherever a browser shows them: nothing of them runs, loads or becomes an element."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from paribus.lab import Audit, Result
from paribus.report import FIGURES, Material, paper_figure, save_figure, save_report
from paribus.report._visible import visible
from paribus.report.notebook import html
from tests.browser.hostile import HOSTILE
from tests.browser.reading import draw_all, unfold
from tests.report.simulated import hostile, simulated

pytestmark = pytest.mark.browser

INTRUDERS = (
    "b, iframe, form:not(.vega-bindings), math, template, base, body link, body meta, [onerror], [onload], [onclick], [onfocus], "
    "[onmouseover], [ontoggle], [hx-get], a[href^=javascript], img[src^='//'], img[src=x], svg script, textarea"
)


@pytest.fixture(scope="module")
def material() -> Material:
    return simulated(hostile())


def assert_words(page: Page, shown: str) -> None:
    """Nothing ran, nothing but text came of it, and all hundred are to be read."""
    assert page.evaluate("window.hurt") is None
    assert 0 == page.locator(INTRUDERS).count()
    seen = " ".join(shown.split())
    assert not [words for words in HOSTILE if " ".join(visible(words).split()) not in seen]


def test_in_the_report(page: Page, material: Material, tmp_path: Path) -> None:
    """Folded and unfolded, in tables, lists to choose from and what a pointer shows."""
    page.goto(save_report(material, tmp_path / "study.html").as_uri())
    unfold(page)
    draw_all(page)
    assert_words(page, page.evaluate("document.querySelector('main').textContent"))
    assert visible(HOSTILE[0]) in page.title()
    page.locator("#figure-scores .mark-symbol.role-mark path").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_be_visible()
    assert 0 == page.locator("#vg-tooltip-element :not(table, tbody, tr, td, h2)").count()
    page.evaluate(
        "document.querySelectorAll('#figure-curves select option').forEach(option => { option.selected = true; })"
    )
    assert page.evaluate("window.hurt") is None


def test_in_a_notebook(page: Page, material: Material) -> None:
    """A result and an audit, as a notebook puts them into its page."""
    result = Result(analysis=material.analysis, records=material.records)
    audit = Audit(study=material.analysis.study, seeds=(0, 1))
    page.set_content(f"<!doctype html><title>notebook</title>{html(result.material)}{html(audit.study)}")
    unfold(page)
    assert_words(page, page.evaluate("document.body.textContent"))


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "looks"])
def test_in_figures(page: Page, material: Material, tmp_path: Path, name: str) -> None:
    """An SVG that is whole, and holds drawings alone."""
    file = tmp_path / "figure.svg"
    save_figure(paper_figure(name, material, most_panels=3), file, "svg", dots_per_inch=100)
    page.goto(file.as_uri())
    assert page.evaluate("window.hurt") is None
    assert "svg" == page.evaluate("document.documentElement.localName")
    assert 0 == page.evaluate(
        "document.querySelectorAll('script, foreignObject, a, parsererror, iframe').length"
    )
