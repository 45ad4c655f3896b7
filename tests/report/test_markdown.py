"""The report as Markdown: all that the page says, and words that stay words."""

import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from paribus.report import markdown, save_report
from paribus.report._markdown_text import code, escaped, table
from paribus.report._visible import visible
from tests.browser.hostile import HOSTILE
from tests.report.simulated import Plan, hostile, simulated

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMLESS = {
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "li",
    "strong",
    "em",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "pre",
    "code",
    "blockquote",
    "img",
}


def words_of(text: str) -> str:
    """Return what a reader sees of a line of Markdown."""
    tokens: list[Any] = READER.parseInline(text)[0].children or []
    assert {"text", "text_special"} >= {token.type for token in tokens}, text
    return "".join(token.content for token in tokens)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_are_words(words: str) -> None:
    """Read as Markdown they are what they were; but for what would turn the direction of writing."""
    joined = words_of(escaped(words)).replace("\N{WORD JOINER}", "")
    assert " ".join(visible(words).split()) == joined
    assert [["paragraph_open", "inline", "paragraph_close"]] == [
        [token.type for token in READER.parse(escaped(words))]
    ]
    cells = re.findall(r"<td>(.*?)</td>", READER.render(table(("a", "b"), [(words, "x")])))
    assert 2 == len(cells)
    assert "x" == cells[1]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("1. one", r"1\. one"),
        ("93.00 96.00", "93.00 96.00"),
        ("-0.08 points, p < .0001", "-0.08 points, p < .0001"),
        ("- item", r"\- item"),
        ("see https://example.org", r"see https\://example.org"),
        ("www.example.org", r"www\.example.org"),
        ("me@example.org", "me@\N{WORD JOINER}example.org"),
        ("$x^2$", r"\$x^2\$"),
        ("&lt;", r"\&lt;"),
        ("two\nlines", "two lines"),
    ],
)
def test_only_what_has_a_meaning_is_escaped(words: str, written: str) -> None:
    """Numbers and sentences can be read in the source."""
    assert written == escaped(words)


def test_a_command_cannot_leave_its_block() -> None:
    """Whatever its arguments hold."""
    (token,) = READER.parse(code("paribus run '\n```\n<b>x</b>\n\n# y'"))
    assert "code_block" == token.type


def test_it_says_what_the_page_says() -> None:
    """Verdicts before the numbers; every section, the figures where they are told to lie."""
    told = markdown(simulated(), [Path("a folder/curves.png")])
    titles = [
        "# simulated",
        "## Conclusions",
        "## Findings",
        "## wide − flat: what differs, and what is equal",
        "## Figures",
        "## Scores",
        "## wide − flat: where they disagree",
        "## Geometry of the arms",
        "## Methods",
        "## How to reproduce it",
    ]
    places = [told.index(f"{title}\n") for title in titles]
    assert sorted(places) == places
    assert "![curves](a%20folder/curves.png)" in told
    assert "    paribus run simulated.py" in told
    assert 12 == len(re.findall(r"\| completed \|", told))


def test_figures_lie_beside_it(tmp_path: Path) -> None:
    """In a folder of the report's own name; every link leads to one."""
    file = save_report(simulated(Plan(seeds=2)), tmp_path / "my study.md")
    links = re.findall(r"!\[\w+\]\(([^)]+)\)", file.read_text())
    assert 6 == len(links)
    for link in links:
        assert (tmp_path / link.replace("%20", " ")).stat().st_size > 1_000


def test_hostile_words_everywhere_are_words() -> None:
    """A hundred arms, and everything else that can be named: no HTML, no link, no code, no heading that is not the report's."""
    told = markdown(simulated(hostile()), [])
    tokens = [each for token in READER.parse(told) for each in (token, *(token.children or []))]
    assert HARMLESS >= {token.tag for token in tokens if token.tag}
    assert not {"html_block", "html_inline", "link_open", "image", "code_inline", "s_open", "fence"} & {
        token.type for token in tokens
    }
    seen = " ".join("".join(token.content for token in tokens if not token.children).split())
    assert not [arm for arm in HOSTILE if " ".join(visible(arm).split()) not in seen]
