"""Chromium, as Debian ships it, and what its pages complain of."""

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from paribus import lab
from paribus.datasets import Dataset
from paribus.lab import Result
from paribus.progress import Quiet
from paribus.study import Arm, Contrast, Recipe, Study
from tests.conftest import flat, wide

_PATIENCE = 60_000
"""Milliseconds: a slow machine is no failure."""
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """Start Chromium: `PARIBUS_CHROMIUM`, or the one on the path."""
    program = (
        os.environ.get("PARIBUS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    assert program, "these tests take Chromium: `apt-get install chromium`, or PARIBUS_CHROMIUM=/path/to/it"
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Generator[BrowserContext]:
    """Give a window of a laptop's size."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(_PATIENCE)
    yield opened
    opened.close()


class Complaints(list[str]):
    """What a page has complained of: errors, and requests to anything but where it came from."""

    def of(self, page: Page) -> None:
        """Listen to a page."""

        def said(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.append(message.text)

        def asked(request: Request) -> None:
            if not request.url.startswith(("http://127.0.0.1:", "data:", "file://")):
                self.append(f"asked for {request.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("request", asked)


@pytest.fixture
def page(context: BrowserContext, complaints: Complaints) -> Page:
    """Give a page; whatever it complains of fails the test."""
    opened = context.new_page()
    complaints.of(opened)
    return opened


@pytest.fixture
def complaints() -> Generator[Complaints]:
    """Give the list, and look at it at the end."""
    made = Complaints()
    yield made
    assert not made


@pytest.fixture(scope="session")
def small_result(small_dataset: Dataset) -> Callable[[Path], Result]:
    """Return what carries out a small study on images, three seeds."""

    def carry_out(place: Path) -> Result:
        study = Study(
            name="small",
            question="Does a hidden layer help?",
            arms=(Arm("flat", flat), Arm("wide", wide)),
            dataset=small_dataset,
            recipe=Recipe(optimizer="sgd", epochs=3, batch_size=32),
            contrasts=(Contrast("wide", "flat", margin=0.01),),
            seeds=3,
        )
        return lab.run(study, store=place, watcher=Quiet())

    return carry_out
