"""Where a page's examples are executed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sphinx.util import logging

_LOG = logging.getLogger(__name__)
_COLUMNS = 100
_LEAVE_OUT = ("PARIBUS_STORE", "KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL", "CLICOLOR_FORCE", "FORCE_COLOR")
"""What a reader's environment may not have; importing paribus for the reference sets some of it here."""


class Workshop:
    """One page's folder, and the interpreter of its Python cells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, str] = {}
        self._began = time.monotonic()
        self._interpreter: subprocess.Popen[str] | None = None

    def shell(self, commands: str) -> tuple[str, int]:
        """Return what shell commands print on either stream, and the exit code of the last."""
        ended = subprocess.run(  # noqa: S603 -- the documentation's own examples
            ["/bin/bash", "-c", commands],
            cwd=self.folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.known[commands] = ended.stdout
        return ended.stdout, ended.returncode

    def python(self, code: str) -> dict[str, str]:
        """Return what a cell prints, and its last expression as text and as HTML; or its error."""
        process = self._interpreter or self._start()
        assert process.stdin is not None  # noqa: S101 -- it was started with pipes
        assert process.stdout is not None  # noqa: S101 -- the same
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        answer: dict[str, str] = json.loads(process.stdout.readline() or '{"error": "the interpreter ended"}')
        return answer

    def close(self) -> None:
        """End the interpreter, and say how long the page took."""
        if self._interpreter is not None:
            self._interpreter.communicate()
        if self.known or self._interpreter:
            _LOG.info("%s: executed in %.1f s", self.folder.name, time.monotonic() - self._began)

    def _start(self) -> "subprocess.Popen[str]":
        self._interpreter = subprocess.Popen(  # noqa: S603 -- the documentation's own cells
            [sys.executable, str(Path(__file__).with_name("_interpreter.py"))],
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._interpreter


class Workshops:
    """The folders of a build: one for each page, and one for each command that pages go on from.

    Args:
        examples: What every folder begins with.
    """

    def __init__(self, examples: Path) -> None:
        self._examples = examples
        self._root = Path(tempfile.mkdtemp(prefix="paribus-docs-"))
        self._prepared: dict[str, Workshop] = {}
        self._here: Workshop | None = None

    @property
    def here(self) -> Workshop:
        """That of the page that is being read."""
        assert self._here is not None  # noqa: S101 -- directives stand on pages
        return self._here

    def enter(self, page: str, after: Sequence[str]) -> None:
        """Open the page's folder; what `after` has made is in it, and what it has printed is known."""
        self._here = Workshop(self._fresh(page.replace("/", "-")))
        for command in after:
            before = self._after(command)
            shutil.copytree(before.folder, self._here.folder, dirs_exist_ok=True)
            self._here.known |= before.known

    def leave(self) -> None:
        """Close it."""
        if self._here is not None:
            self._here.close()
            self._here = None

    def close(self) -> None:
        """Remove all folders."""
        shutil.rmtree(self._root, ignore_errors=True)

    def _after(self, command: str) -> Workshop:
        """Return a workshop in which the command has been given, once in a build."""
        if command not in self._prepared:
            folder = self._fresh(f"after-{len(self._prepared) + 1}")
            workshop = Workshop(folder)
            printed, code = workshop.shell(command)
            if code:
                raise RuntimeError(f"{command}: exit code {code}\n{printed}")
            workshop.close()
            self._prepared[command] = workshop
        return self._prepared[command]

    def _fresh(self, name: str) -> Path:
        folder = self._root / name
        shutil.copytree(self._examples, folder, ignore=shutil.ignore_patterns("__pycache__"))
        return folder


def _environment() -> dict[str, Any]:
    """Return the environment, with this interpreter's programs first, and nothing in it that decides for the reader."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEAVE_OUT}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept | {
        "PATH": programs,
        "COLUMNS": str(_COLUMNS),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
