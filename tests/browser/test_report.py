"""The report in a browser: from disk, without a network, for everybody, on paper."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from paribus import lab
from paribus.lab import Result
from paribus.plan import plan
from paribus.records import Design
from paribus.store import Store
from paribus.study import Contrast, StudyRecord
from tests.browser.hostile import ELEMENTS, HOSTILE, hostile
from tests.conftest import make_run_record

pytestmark = pytest.mark.browser

Schemes = list(itertools.product(("light", "dark"), (1280, 390)))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, small_result: Callable[[Path], Result]) -> Result:
    """Train a small study on images, so that every section has something to say."""
    return small_result(tmp_path_factory.mktemp("result") / "paribus.db")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, result: Result) -> Path:
    return result.report(tmp_path_factory.mktemp("report") / "study.html")


def draw_all(page: Page) -> None:
    """Scroll through the page, as a reader does, until every chart is drawn."""
    plots = page.locator("[data-chart]")
    for place in range(plots.count()):
        plots.nth(place).scroll_into_view_if_needed()
        expect(plots.nth(place).locator("svg").first).to_be_visible()


def test_it_opens_from_disk_without_a_network(page: Page, context: BrowserContext, report: Path) -> None:
    """Not one request beyond the file, every figure drawn, no error."""
    asked: list[str] = []

    def only_the_file(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if route.request.url == report.as_uri() else route.abort()

    context.route("**/*", only_the_file)
    context.set_offline(True)
    page.goto(report.as_uri())
    draw_all(page)
    assert page.locator("[data-chart]").count() >= 5
    assert page.locator(".thumbs img").count() > 0
    assert [report.as_uri()] == [url for url in asked if not url.startswith("data:")]


@pytest.mark.parametrize(("scheme", "width"), Schemes)
def test_it_is_for_everybody(browser: Browser, report: Path, scheme: Any, width: int) -> None:
    """No accessibility problem, in light and dark, wide and narrow, with everything unfolded; and nothing wider than the window."""
    opened = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = opened.new_page()
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    draw_all(page)
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
    assert width >= page.evaluate("document.documentElement.scrollWidth")
    opened.close()


def test_the_keyboard_reaches_everything(page: Page, report: Path) -> None:
    """The first stop leads past the bar; every link, fold and region that scrolls is a stop."""
    page.goto(report.as_uri())
    draw_all(page)
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    stops = page.evaluate(
        "[...document.querySelectorAll('a, summary, [tabindex=\"0\"], input')].filter(each => each.checkVisibility()).length"
    )
    seen: set[Any] = set()
    for _ in range(2 * stops):
        seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        page.keyboard.press("Tab")
    assert stops <= len(seen)


def test_it_prints(page: Page, report: Path) -> None:
    """With every chart, though nobody has scrolled to it."""
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
    assert page.pdf().startswith(b"%PDF")
    expect(page.locator(".bar")).to_be_hidden()


def test_hostile_words_are_words(page: Page, study_record: StudyRecord, tmp_path: Path) -> None:
    """A hundred strings as names, questions, reasons and sources: nothing of them runs, loads or becomes an element."""
    place = tmp_path / "paribus.db"
    study = hostile(study_record, place)
    file = lab.show(study.study_id, store=place).report(tmp_path / "study.html")
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    draw_all(page)
    assert page.evaluate("window.hurt") is None
    assert 0 == page.locator(ELEMENTS).count()
    shown = page.evaluate("document.body.textContent")
    lost = [words for words in HOSTILE if " ".join(words.split()) not in " ".join(shown.split())]
    assert not lost


def test_a_thousand_runs_open(page: Page, study_record: StudyRecord, tmp_path: Path) -> None:
    """Ten arms with a hundred seeds: drawn, and told to the last run."""
    place = tmp_path / "paribus.db"
    arms = tuple(replace(study_record.arms[0], name=f"arm {at}", identity=f"arm {at}") for at in range(10))
    contrasts = tuple(Contrast(arm.name, "arm 0", margin=0.01) for arm in arms[1:])
    study = replace(study_record, arms=arms, contrasts=contrasts)
    with Store.write(place) as store:
        specs = plan(study, tuple(range(100)))
        store.add_study(study, specs)
        store.add_design(study.study_id, Design(seeds=tuple(range(100))))
        for at, spec in enumerate(specs):
            store.add(replace(make_run_record(spec.arm, spec.seed, 0.8 + (7 * at % 100) / 1000), spec=spec))
    page.goto(lab.show(store=place).report(tmp_path / "study.html").as_uri())
    draw_all(page)
    assert 1000 == page.locator("#reproduce table").last.locator("tbody tr").count()
