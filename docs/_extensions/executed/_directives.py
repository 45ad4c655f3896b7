"""The directives `{shell}` and `{python}`."""

import html
import shutil
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from executed._commands import calls_in, command_names
from executed._workshop import Workshop, Workshops

_LOG = logging.getLogger(__name__)
_MADE = "_executed"


class Executed(SphinxDirective):
    """What both have in common.

    Options:
        from, until: Show what is printed from the line that is or holds these words, until the line that is or holds those.
        quiet: Show nothing of what is printed.
        hidden: Show nothing at all.
        again: Show what the same command printed before, on this page or where the page goes on from, instead of giving it again.
        shows: A file that is there afterwards: a picture is shown, anything else is linked to.
        alt: What is to be seen in it.
    """

    workshops: ClassVar[Workshops]
    has_content = True
    option_spec: ClassVar = {
        "from": directives.unchanged,
        "until": directives.unchanged,
        "quiet": directives.flag,
        "hidden": directives.flag,
        "again": directives.flag,
        "shows": directives.unchanged,
        "alt": directives.unchanged,
        "exit": directives.nonnegative_int,
        "html": directives.flag,
        "raises": directives.unchanged,
    }

    @property
    def workshop(self) -> Workshop:
        return self.workshops.here

    def warn(self, sentence: str) -> None:
        """Say that an example does not do what the page says; warnings end the build."""
        _LOG.warning("%s", sentence, location=self.get_location(), type="executed")

    def excerpt(self, printed: str) -> str:
        """Return what is to be shown of it; left out lines are a line with an ellipsis."""
        lines = [line.rstrip() for line in printed.splitlines()]
        if "quiet" in self.options:
            return ""
        first = self._line(lines, "from", 0)
        last = self._line(lines, "until", len(lines) - 1, after=first)
        shown = lines[first : last + 1]
        before, after = any(lines[:first]), any(lines[last + 1 :])
        return "\n".join([*(["…"] if before else []), *shown, *(["…"] if after else [])]).strip("\n")

    def output(self, printed: str) -> list[nodes.Node]:
        """Return what is to be shown of it as a block, if there is anything."""
        text = self.excerpt(printed)
        return [_block(text, "text", "output")] if text else []

    def _line(self, lines: list[str], option: str, default: int, after: int = 0) -> int:
        words = self.options.get(option)
        if words is None:
            return default
        later = [(number, line.strip()) for number, line in enumerate(lines) if number >= after]
        whole = next((number for number, line in later if line == words), None)
        place = next((number for number, line in later if words in line), None) if whole is None else whole
        if place is None:
            self.warn(f"no line of what is printed holds {words!r}:\n" + "\n".join(lines))
        return default if place is None else place

    def made(self) -> list[nodes.Node]:
        """Return the file that `shows` names, to be looked at."""
        name = self.options.get("shows")
        if name is None:
            return []
        file = self.workshop.folder / name
        if not file.is_file():
            self.warn(f"there is no {name} afterwards.")
            return []
        folder = self.env.app.outdir / _MADE / self.env.docname.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / file.name)
        place = f"{'../' * self.env.docname.count('/')}{_MADE}/{folder.name}/{file.name}"
        return [nodes.raw("", _look(place, file.name, self.options.get("alt", "")), format="html")]


def _look(place: str, name: str, described: str) -> str:
    if name.endswith((".png", ".svg")):
        return f'<img class="made" src="{html.escape(place)}" alt="{html.escape(described)}">'
    return f'<p class="made"><a href="{html.escape(place)}">{html.escape(described or name)}</a></p>'


class ShellBlock(Executed):
    """Commands, one to a line, and what they print; `exit` is the exit code that the last one has."""

    def run(self) -> list[nodes.Node]:
        shown: list[nodes.Node] = []
        commands = _joined("\n".join(self.content))
        to_come = set(self.config.executed_to_come) - set(command_names())
        if to_come & {call.split()[0] for command in commands for call in calls_in(command)}:
            return [_block("\n".join(f"$ {command}" for command in commands), "console")]
        for number, command in enumerate(commands):
            if "again" in self.options:
                shown += [_block(f"$ {command}", "console"), *self.output(self.workshop.known[command])]
                continue
            printed, code = self.workshop.shell(command)
            expected = self.options.get("exit", 0) if number == len(commands) - 1 else 0
            if code != expected:
                self.warn(f"{command}: exit code {code}, not {expected}:\n{printed}")
            shown += [_block(f"$ {command}", "console"), *self.output(printed)]
        return [] if "hidden" in self.options else [*shown, *self.made()]


class PythonCell(Executed):
    """A cell of the page's notebook; `html` shows its last expression as a notebook does, `raises` names the error it ends in."""

    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        answer = self.workshop.python(code)
        expected = self.options.get("raises")
        if ("error" in answer) != (expected is not None) or (expected or "") not in answer.get("error", ""):
            self.warn(f"a cell ended in {answer.get('error', 'no error')}")
        if "hidden" in self.options:
            return []
        return [_block(code, "python"), *self._shown(answer), *self.made()]

    def _shown(self, answer: dict[str, str]) -> list[nodes.Node]:
        told = [answer.get("printed", ""), answer.get("last", "")]
        if "html" in self.options:
            shown = f'<div class="notebook-output">{answer.get("html", "")}</div>'
            return [*self.output(_joined_parts(told)), nodes.raw("", shown, format="html")]
        return self.output(_joined_parts([*told, answer.get("text", "")]))


def _joined_parts(parts: list[str]) -> str:
    return "\n".join(part.rstrip("\n") for part in parts if part.strip())


def _joined(lines: str) -> list[str]:
    """Return commands; a line that ends in a backslash goes on in the next."""
    joined = lines.replace("\\\n", "\\\0")
    return [command.replace("\0", "\n") for command in joined.split("\n") if command.strip()]


def _block(text: str, language: str, *classes: str) -> nodes.literal_block:
    block = nodes.literal_block(text, text, language=language, classes=list(classes))
    block["linenos"] = False
    return block
