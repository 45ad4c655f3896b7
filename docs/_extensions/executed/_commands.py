"""Commands that pages name: every one of them, and every option, is asked of the program's own `--help`."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

_LOG = logging.getLogger(__name__)
_CALL = re.compile(r"(?:^|[|&(] *|run: )(?:\S+=\S* )*(?:\S*/)?paribus ([a-z][\w-]*[^\n|#;&]*)")
_PROMPT = "$ "
_ROW = re.compile(r"^│ ([a-z][\w-]*)(?: \([^)]*\))?\s{2,}", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
_SHELLS = {"console", "sh", "shell", "bash", "yaml"}


@cache
def help_of(*command: str) -> str:
    """Return what `paribus COMMAND --help` prints."""
    words = [sys.executable, "-m", "paribus", *command, "--help"]
    wide = os.environ | {"COLUMNS": "200"}
    return subprocess.run(words, capture_output=True, text=True, check=True, env=wide).stdout  # noqa: S603 -- the program itself


@cache
def command_names(*parent: str) -> tuple[str, ...]:
    """Return the names of the program's commands, or of a command's own."""
    _, heading, panel = help_of(*parent).partition("─ Commands ─")
    return tuple(_ROW.findall(panel.partition("╰")[0])) if heading else ()


def calls_in(line: str) -> Iterator[str]:
    """Yield every call of the program in a line of shell, from its command on."""
    for call in _CALL.finditer(line.strip()):
        yield call[1]


def check_commands(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of every call on a page that the program does not know."""
    for node in doctree.findall(_is_code):
        for call in _calls(node):
            if problem := _problem(call, app.config.executed_to_come):
                _LOG.warning("%s", problem, location=node, type="executed")


def _calls(node: nodes.Node) -> Iterator[str]:
    """Yield the calls that a reader can copy: where there are prompts, those behind them."""
    lines = node.astext().splitlines()
    if any(line.startswith(_PROMPT) for line in lines):
        lines = [line.removeprefix(_PROMPT) for line in lines if line.startswith(_PROMPT)]
    for line in lines:
        yield from calls_in(line)


def _is_code(node: nodes.Node) -> bool:
    in_line = isinstance(node, nodes.literal) and node.astext().startswith("paribus ")
    return in_line or (isinstance(node, nodes.literal_block) and node.get("language") in _SHELLS)


def _problem(call: str, to_come: tuple[str, ...]) -> str:
    name, *words = call.split()
    if name not in command_names():
        return "" if name in to_come else f"paribus has no command '{name}'."
    inner = [name, words[0]] if words and words[0] in command_names(name) else [name]
    known = set(_OPTION.findall(help_of(*inner))) | {"--help", "--version", "--debug"}
    foreign = [option for option in _OPTION.findall(call) if option not in known]
    return f"paribus {' '.join(inner)} has no {', '.join(foreign)}." if foreign else ""
