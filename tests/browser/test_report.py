"""The report in a browser: from disk, without a network, for everybody, on paper, and large."""

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from paribus.report import save_report
from tests.browser.reading import draw_all, unfold
from tests.report.simulated import Plan, simulated

pytestmark = pytest.mark.browser

SCHEMES = list(itertools.product(("light", "dark"), (1280, 390)))
FIGURES = ["differences", "scores", "curves", "costs", "looks", "classes"]
LONG = tuple(f"{'a name without any end ' * 4}{place}" for place in range(10))
PLANS = {
    "everything": Plan(seeds=4, looks=(3, 4), failed=[("deep", 1)]),
    "many arms of long names": Plan(arms=LONG, seeds=2),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(PLANS["everything"], tmp_path_factory.mktemp("report"))


def written(plan: Plan, folder: Path) -> Path:
    return save_report(simulated(plan), folder / "study.html")


def test_it_opens_from_disk_without_a_network(page: Page, context: BrowserContext, report: Path) -> None:
    """Not one request beyond the file, every figure drawn, not even a warning."""
    asked, said = list[str](), list[str]()

    def only_the_file(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if route.request.url == report.as_uri() else route.abort()

    context.route("**/*", only_the_file)
    context.set_offline(True)
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    draw_all(page)
    assert [f"figure-{name}" for name in FIGURES] == page.evaluate(
        "[...document.querySelectorAll('figure')].filter(figure => figure.querySelector('svg path')).map(figure => figure.id)"
    )
    assert page.locator(".thumbs img").count() > 0
    assert [report.as_uri()] == [url for url in asked if not url.startswith("data:")]
    assert not said


def test_charts_show_what_the_tables_say(page: Page, report: Path) -> None:
    """A mean for each arm, a diamond for each contrast, a mark for each run with a score."""
    page.goto(report.as_uri())
    draw_all(page)
    scores, differences = page.locator("#figure-scores"), page.locator("#figure-differences")
    assert 3 == scores.locator(".mark-rect.role-mark path").count()
    assert 11 == scores.locator(".mark-symbol.role-mark path").count()
    assert 2 + 4 + 3 == differences.locator(".mark-symbol.role-mark path").count()


@pytest.mark.parametrize(("scheme", "width"), SCHEMES)
@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_it_is_for_everybody(browser: Browser, tmp_path: Path, plan: Plan, scheme: Any, width: int) -> None:
    """No accessibility problem, in light and dark, wide and narrow, with everything unfolded; and nothing wider than the window."""
    opened = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = opened.new_page()
    page.goto(written(plan, tmp_path).as_uri())
    unfold(page)
    draw_all(page)
    axe: Any = Axe()
    violations = axe.run(page).response["violations"]
    assert not [(each["id"], each["nodes"][0]["html"][:200]) for each in violations]
    assert width >= page.evaluate("document.documentElement.scrollWidth")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == page.evaluate(
        "getComputedStyle(document.querySelector('.plot .role-axis-label text')).fill"
    )
    opened.close()


def test_the_keyboard_reaches_everything(page: Page, report: Path) -> None:
    """The first stop leads past the bar; every link, fold, choice and region that scrolls is a stop."""
    page.goto(report.as_uri())
    draw_all(page)
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    stops = page.evaluate(
        "[...document.querySelectorAll('a, summary, [tabindex=\"0\"], input, select')].filter(each => each.checkVisibility()).length"
    )
    seen: set[Any] = set()
    for _ in range(2 * stops):
        seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        page.keyboard.press("Tab")
    assert stops <= len(seen)


def test_an_arm_and_every_seed_are_chosen_by_keyboard(page: Page, report: Path) -> None:
    """The other arms fade; each run has a line of its own."""
    page.goto(report.as_uri())
    draw_all(page)
    curves = page.locator("#figure-curves")
    lines = curves.locator(".mark-line.role-mark path")
    before = lines.count()
    curves.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    expect(lines).to_have_count(before + 12)
    curves.locator("select").focus()
    page.keyboard.press("ArrowDown")
    expect(curves.locator("select option:checked")).to_have_text("flat")
    faded = curves.locator(
        ".mark-line.role-mark path[opacity='0.12'], .mark-line.role-mark path[stroke-opacity='0.12']"
    )
    expect(faded.first).to_be_attached()


def test_it_prints(page: Page, report: Path) -> None:
    """With every chart, though nobody has scrolled to it; certificates are unfolded, the numbers of figures are not."""
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
    expect(page.locator("header.bar")).to_be_hidden()
    expect(page.locator("#geometry rect.bar").first).to_be_visible()
    expect(page.get_by_text("What is equal: wide − flat").first).to_be_visible()
    expect(page.locator("#figures table").first).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


def test_without_scripts_there_are_pictures(browser: Browser, report: Path) -> None:
    """Of every figure; and every word is there."""
    opened = browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto(report.as_uri())
    for name in FIGURES:
        expect(page.locator(f"#figure-{name} img")).to_be_visible()
    expect(page.locator("#conclusions article")).to_have_count(2)
    opened.close()


def test_a_thousand_runs(page: Page, tmp_path: Path) -> None:
    """Ten arms with a hundred seeds: written in less than ten seconds of work, open at once, told to the last run."""
    material = simulated(Plan(arms=tuple(f"arm {place}" for place in range(10)), seeds=100, epochs=10))
    began = time.process_time()
    file = save_report(material, tmp_path / "study.html")
    assert 10 > time.process_time() - began
    page.goto(file.as_uri())
    expect(page.locator("#conclusions article")).to_have_count(9)
    draw_all(page)
    assert 1000 == page.locator("#reproduce table").last.locator("tbody tr").count()
    assert 1000 == page.locator("#figure-scores .mark-symbol.role-mark path").count()
