"""The report as one page: what it says, in which order, and that it asks nobody for anything."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from paribus.errors import ReportError
from paribus.report import save_report
from paribus.report.html import report_html
from tests.report.simulated import Plan, Words, simulated

SECTIONS = [
    "conclusions",
    "fairness",
    "figures",
    "scores",
    "disagreement",
    "geometry",
    "methods",
    "reproduce",
]
LOADING = {"src", "href", "action", "data", "poster", "srcset", "xlink:href", "formaction", "ping", "cite"}


class Read(HTMLParser):
    """A page's elements, and what scripts and styles hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag if tag in self.texts and ("type", "application/json") not in attrs else ""
        if self._open:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- the base class'
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open][-1] += data

    def ids(self, tag: str) -> list[str]:
        return [str(attributes.get("id")) for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(simulated(Plan(failed=[("wide", 1)])))


@pytest.fixture(scope="module")
def read(page: str) -> Read:
    return Read(page)


def test_verdicts_come_first(page: str, read: Read) -> None:
    """The question, what limits the numbers, the verdicts in words; then what they rest on."""
    assert SECTIONS == read.ids("section")
    places = [
        page.index(words)
        for words in ("<h1>Does the", "Loss became non-finite", ">undecided<", "Is the comparison fair?")
    ]
    assert sorted(places) == places


def test_every_figure_is_there_for_those_who_run_no_scripts(read: Read) -> None:
    """As an image in the page, and as a table of its numbers."""
    figures = [name.removeprefix("figure-") for name in read.ids("figure")]
    assert ["differences", "scores", "curves", "costs", "classes"] == figures
    images = [
        attributes for tag, attributes in read.tags if tag == "img" and "base64" in str(attributes["src"])
    ]
    assert {"Paired differences", "Final scores"} <= {str(attributes["alt"]) for attributes in images}
    assert all(attributes["alt"] for attributes in images)


def test_every_run_and_every_seed_is_told(page: str) -> None:
    """All twelve, and why one has no score."""
    told = page[page.index('id="reproduce"') :]
    assert 12 == len(re.findall(r"<tr><th scope=\"row\">(?:flat|wide|deep)</th>", told))
    assert "Loss became non-finite" in told
    assert "The training loss was nan in epoch 2." in told
    assert "paribus run simulated.py" in told


def test_the_policy_allows_what_is_there_and_nothing_else(read: Read) -> None:
    """Its hashes are those of the page's scripts and styles, in order."""
    (policy,) = [
        str(attributes["content"])
        for tag, attributes in read.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    hashes = {
        f"{kind}-src": " ".join(f"'sha256-{digest(text)}'" for text in texts)
        for kind, texts in read.texts.items()
    }
    assert hashes == {name: rules[name] for name in hashes}
    assert ("'none'", "data:", "'none'", "'none'") == tuple(
        rules[name] for name in ("default-src", "img-src", "base-uri", "form-action")
    )


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_nothing_is_fetched(read: Read) -> None:
    """Whatever an element could load is in the page: data, or a place on it; no style has an address, no element a handler."""
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", tag
            if name in LOADING:
                assert re.match(r"data:(image/png;base64,|,$)|#\w", str(value)), (tag, name, value)
    for style in read.texts["style"]:
        assert "url(" not in style
        assert "@import" not in style


def test_it_says_what_nobody_knows(page: str) -> None:
    """Without a command it names the study; a command loses the folder that its program lay in."""
    told = report_html(simulated(Plan(words=Words(command=""))), pictures=False)
    assert "run the notebook or script that holds the study &#39;simulated&#39; again" in told
    moved = report_html(
        simulated(Plan(words=Words(command="/home/me/.venv/bin/paribus run 'my study.py'"))), pictures=False
    )
    assert "<code>paribus run &#39;my study.py&#39;</code>" in moved
    assert "/home/me" not in moved


@pytest.mark.parametrize("seeds", [1, 2, 4])
def test_ids_are_unique(seeds: int) -> None:
    """A link leads to one place."""
    ids = re.findall(
        r'\bid="([^"]+)"',
        re.sub(r"<defs>.*?</defs>", "", report_html(simulated(Plan(seeds=seeds)), pictures=False)),
    )
    assert sorted(set(ids)) == sorted(ids)


def test_files_are_whole_or_not_there(tmp_path: Path) -> None:
    """The folder is made; another ending is refused, with the ones there are; what cannot be written is said."""
    material = simulated(Plan(seeds=2))
    assert save_report(material, tmp_path / "new" / "study.HTML").read_text().startswith("<!doctype html>")
    assert ["study.HTML"] == [file.name for file in (tmp_path / "new").iterdir()]
    with pytest.raises(ReportError, match=r"study.txt ends neither in .html nor in .md"):
        save_report(material, tmp_path / "study.txt")
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="could not be written"):
        save_report(material, tmp_path / "file" / "study.html")
