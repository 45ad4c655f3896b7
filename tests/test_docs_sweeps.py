"""The examples on the page about sweeps run as they stand."""

import re
import shlex
from pathlib import Path

import pytest

from paribus.cli._sweep import parse_values
from paribus.study import CONTROLS

PAGE = Path(__file__).parent.parent / "docs" / "sweeps.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    return [code for named, code in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if named == language]


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is written, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 -- our own page
    assert {"conv.pdf", "cell.html", "paribus.db"} <= {file.name for file in tmp_path.iterdir()}


def test_the_commands_name_controls_that_there_are() -> None:
    """With values of the kind that each takes."""
    (commands,) = blocks("sh")
    for line in commands.splitlines():
        words = shlex.split(line, comments=True)
        over, values = words[words.index("--over") + 1], words[words.index("--values") + 1]
        assert over in CONTROLS
        for value in parse_values(values):
            CONTROLS[over].checked(value)  # pyright: ignore[reportArgumentType] -- it was just looked up
