"""The app in a browser: a study of another process from its first epoch to its verdict, and every control of the explorer."""

import itertools
import json
import shlex
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from paribus.lab import Result
from paribus.plan import plan
from paribus.report._visible import visible
from paribus.store import Store
from paribus.study import StudyRecord
from tests.browser.hostile import ELEMENTS, HOSTILE, hostile
from tests.cli.conftest import PARIBUS, Gate, gate
from tests.cli.test_watch import under_way

__all__ = ["gate"]

pytestmark = pytest.mark.browser


@contextmanager
def served(folder: Path, *words: str) -> Generator[str]:
    """Yield the address at which `paribus ui` serves a folder's store."""
    process = subprocess.Popen(
        [*PARIBUS, "ui", "--port", "0", *words], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        process.stdout.readline()
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Serve a folder without a store."""
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


def test_a_study_of_another_process_is_seen_from_its_first_epoch_to_its_verdict(
    page: Page, gate: Gate, small_study_file: Path, tmp_path: Path
) -> None:
    """Without a reload: it appears in the list, its runs end one by one, then there are verdicts, curves and figures."""
    with served(tmp_path) as found:
        page.goto(found)
        page.evaluate("window.stayed = true")
        expect(
            page.get_by_text("There is no store").or_(page.get_by_text("there is no store"))
        ).to_be_visible()
        with under_way(gate, small_study_file, tmp_path) as study:
            link = page.get_by_role("link", name="my_study")
            expect(link).to_be_visible()
            assert page.evaluate("window.stayed")
            link.click()
            expect(page.locator("#progress .state")).to_have_text("training")
            expect(page.locator("#progress")).to_contain_text("0 of 4 runs trained")
            expect(page.locator("#progress td.going")).to_have_count(1)
            expect(page.locator("#curves")).to_contain_text("No epoch has ended yet")
            page.evaluate("window.stayed = true")
            gate.open()
            expect(page.locator("#progress .state")).to_have_text("complete")
            assert 0 == study.wait()
        expect(page.locator("#progress td.done")).to_have_count(4)
        expect(page.locator("#result .word")).not_to_have_count(0)
        expect(page.locator("#result")).to_contain_text("2 pairs of runs")
        page.locator("#curves .plot").scroll_into_view_if_needed()
        expect(page.locator("#curves .plot svg")).to_be_visible()
        page.locator("#figures .plot").first.scroll_into_view_if_needed()
        expect(page.locator("#figures .plot svg").first).to_be_visible()
        assert page.evaluate("window.stayed")


def told(page: Page, *, layer: int = 0) -> dict[str, Any]:
    """Return what `paribus geometry --json` prints of the layer that the page shows, by the command that the page names."""
    line = page.locator("#shown details code").nth(layer).text_content()
    assert line
    program = subprocess.run(
        [*PARIBUS, *shlex.split(line)[1:], "--json"], capture_output=True, text=True, check=True
    )
    return json.loads(program.stdout)


def agrees(page: Page) -> dict[str, Any]:
    """Hold words and picture against the program's numbers."""
    numbers = told(page)
    words = page.locator("#words")
    for fact in numbers["facts"]:
        expect(words).to_contain_text(fact)
    expect(page.locator("svg[data-grid='0'] .unread")).to_have_count(numbers["unread"])
    rows, columns = (1, *numbers["output"])[-2:]
    expect(page.locator("svg[data-grid='1'] [data-at]")).to_have_count(rows * columns)
    return numbers


CONTROLS = {
    "#input-0": ("input", [8, 8]),
    "#kernel0-0": ("window", [4, 4]),
    "#strides0-0": ("strides", [2, 2]),
    "#dilation0-0": ("dilation", [2, 2]),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_each_slider_changes_picture_and_words(page: Page, address: str, control: str) -> None:
    """At once, in agreement with the program, and the address holds it."""
    page.goto(f"{address}geometry")
    page.locator(control).press("ArrowRight")
    name, expected = CONTROLS[control]
    expect(page.locator(f"output[for='{control[1:]}']")).to_have_text(str(expected[0]))
    expect(page.locator("#shown code").nth(1)).to_contain_text(f"{expected[0]}")
    page.wait_for_url("**/geometry?**")
    assert expected == agrees(page)[name]
    page.reload()
    assert expected == agrees(page)[name]


def test_kind_padding_and_axes_change_picture_and_words(page: Page, address: str) -> None:
    """One after the other, each in agreement with the program."""
    page.goto(f"{address}geometry")
    page.locator("#padding0-same").check()
    expect(page.locator("svg[data-grid='0'] .pad")).to_have_count(32)
    assert "same" == agrees(page)["padding"]
    page.locator("#kind0").select_option("transpose")
    expect(page.locator("#words")).to_contain_text("Conv2DTranspose")
    assert "Conv2DTranspose" == agrees(page)["layer"]
    page.locator("#kind0").select_option("pool")
    expect(page.locator("#dilation0-0")).to_have_count(0)
    assert "MaxPooling2D" == agrees(page)["layer"]
    page.locator("#square").uncheck()
    page.locator("#strides0-1").press("ArrowRight")
    expect(page.locator("#words")).to_contain_text("stride 1×2")
    assert [1, 2] == agrees(page)["strides"]
    page.locator("#axes-1").check()
    expect(page.locator("#words")).to_contain_text("MaxPooling1D")
    assert [7] == agrees(page)["input"]
    page.locator("#kind0").select_option("conv")
    page.locator("#padding0-causal").check()
    expect(page.locator("#words")).to_contain_text("causal")
    assert "causal" == agrees(page)["padding"]


def lit(page: Page, grid: int, kind: str) -> set[tuple[int, int]]:
    """Return the places of a grid that are marked."""
    found = page.locator(f"svg[data-grid='{grid}'] .{kind}")
    places = found.evaluate_all("cells => cells.map(cell => cell.dataset.at.split(',').map(Number))")
    return {(row, column) for row, column in places}


def test_pointing_shows_who_reads_whom(page: Page, address: str) -> None:
    """An output's window as it is clipped, an input's readers, by mouse and by keyboard, for every place."""
    page.goto(f"{address}geometry?axes=2&square=on&input=6&kind0=conv&kernel0=3&strides0=2&padding0=same")
    axes = told(page)["axes"]
    for row, column in ((0, 0), (1, 2), (2, 2)):
        page.locator(f"svg[data-grid='1'] [data-at='{row},{column}']").hover()
        real = {(down, across) for down in axes[0]["read_by"][row] for across in axes[1]["read_by"][column]}
        assert real == {place for place in lit(page, 0, "lit") if max(place) < 6}
        assert 9 == len(lit(page, 0, "lit"))
        expect(page.locator("#pointed")).to_contain_text(f"reads {len(real)} place")
    for row, column in ((0, 0), (2, 4), (5, 5)):
        page.locator(f"svg[data-grid='0'] [data-at='{row},{column}']").hover()
        readers = {
            (down, across)
            for down, reads in enumerate(axes[0]["read_by"])
            for across, others in enumerate(axes[1]["read_by"])
            if row in reads and column in others
        }
        assert readers == lit(page, 1, "reader")
    page.locator("svg[data-grid='1']").focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowLeft"):  # from where the pointer was; there is nothing below
        page.keyboard.press(key)
    expect(page.locator("#pointed")).to_contain_text("Row 2, column 2 of the output")


def test_layers_are_stacked_and_copied(page: Page, context: BrowserContext, address: str) -> None:
    """A layer more and a layer less; what is behind shows what it depends on; the code is in the clipboard."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}geometry")
    page.get_by_role("button", name="Add a layer behind").click()
    expect(page.locator("svg[data-grid]")).to_have_count(3)
    expect(page.locator("#words")).to_contain_text(
        "A unit behind the last layer sees up to 5×5 of 7×7 pixels"
    )
    page.locator("svg[data-grid='2'] [data-at='0,0']").hover()
    assert (25, 9) == (len(lit(page, 0, "lit")), len(lit(page, 1, "lit")))
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 2 == copied.count("keras.layers.Conv2D")
    page.get_by_role("button", name="Remove layer 1").click()
    expect(page.locator("svg[data-grid]")).to_have_count(2)


def test_what_keras_refuses_is_said(page: Page, address: str) -> None:
    """In place of a picture, with what to do."""
    page.goto(f"{address}geometry?axes=2&square=on&input=3&kind0=conv&kernel0=5")
    expect(page.locator("#shown")).to_contain_text("Keras refuses this")
    expect(page.locator("#shown")).to_contain_text("no window fits")
    page.locator("#padding0-same").check()
    expect(page.locator("#words")).to_contain_text("3×3 becomes 3×3")


def test_the_app_says_when_it_has_ended(page: Page, complaints: list[str], tmp_path: Path) -> None:
    """Pages that are still open say that they may be old."""
    with served(tmp_path) as found:
        page.goto(found)
        expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("#lost")).to_be_visible()
    complaints.clear()  # that nobody answers is what was to be seen


SCHEMES = list(itertools.product(("light", "dark"), (1280, 390)))


@pytest.mark.parametrize(("scheme", "width"), SCHEMES)
def test_pages_are_for_everybody(
    browser: Browser, small_result: Callable[[Path], Result], tmp_path: Path, scheme: Any, width: int
) -> None:
    """No accessibility problem on any page, in light and dark, wide and narrow; and nothing wider than the window."""
    study = small_result(tmp_path / "paribus.db").analysis.study
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    with served(tmp_path) as found:
        for address in (
            "",
            f"study/{study.study_id}",
            "compare",
            "geometry?axes=2&square=on&input=7&kind0=conv&kernel0=2&strides0=2",
            "nowhere",
        ):
            page.goto(f"{found}{address}")
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
            expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
            problems = Axe().run(page)
            assert not problems.violations_count, f"{address}: {problems.generate_report()}"
            assert width >= page.evaluate("document.documentElement.scrollWidth"), address
    context.close()


def test_hostile_words_are_words_on_every_page(page: Page, study_record: StudyRecord, tmp_path: Path) -> None:
    """A hundred strings in every field: nothing of them runs, loads or becomes an element."""
    study = hostile(study_record, tmp_path / "paribus.db")
    other = replace(study_record, study_id="ffffffffffff")
    with Store.write(tmp_path / "paribus.db") as store:
        store.add_study(other, plan(other, (0,)))
    with served(tmp_path) as found:
        for address in ("", f"study/{study.study_id}", f"compare?a={study.study_id}"):
            page.goto(f"{found}{address}")
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
            expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
            assert page.evaluate("window.hurt") is None
            assert 0 == page.locator(ELEMENTS).count()
            shown = " ".join(visible(page.evaluate("document.body.textContent")).split())
            named = HOSTILE if "study" in address else HOSTILE[:2] if not address else HOSTILE[1:]
            assert not [words for words in named if " ".join(visible(words).split()) not in shown]
