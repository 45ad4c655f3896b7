"""A study whose worker processes wait until the test lets them go on, and terminals to see the program on."""

import os
import pty
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

PARIBUS = (sys.executable, "-m", "paribus")

_GATE = """
import os

AUDITS = 4  # two of each arm


def gated(build):
    def builder(input_shape, classes):
        with open("built", "ab") as built:
            audited = built.tell() >= AUDITS
            built.write(b"x")
        if audited and not os.path.exists("released"):
            with open("begun", "wb", buffering=0) as begun:
                begun.write(b"x")
                open("go").read()
        return build(input_shape, classes)

    return builder
"""


class Gate:
    """What worker processes wait at when they build their first model."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("begun", "go"):
            os.mkfifo(folder / name)

    @contextmanager
    def arrivals(self) -> Generator[IO[bytes]]:
        """Yield a stream with one byte per worker that waits; it ends when no worker that has waited is left."""
        with (self._folder / "begun").open("rb", buffering=0) as begun:
            yield begun

    def open(self) -> None:
        """Let the one worker that waits go on, and all that come."""
        (self._folder / "released").touch()
        with (self._folder / "go").open("w"):
            pass


@pytest.fixture
def gate(small_study_file: Path, tmp_path: Path) -> Gate:
    """Put a gate into the small study's arms."""
    source = small_study_file.read_text().replace("study = pb.Study(", f"{_GATE}\n\nstudy = pb.Study(")
    for arm in ("flat", "wide"):
        source = source.replace(f'pb.Arm("{arm}", {arm})', f'pb.Arm("{arm}", gated({arm}))')
    small_study_file.write_text(source)
    return Gate(tmp_path)


class Terminal:
    """The program on a terminal of 100 columns."""

    def __init__(self, *words: str, folder: Path) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*PARIBUS, *words],
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"},
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def read_until(self, words: str) -> None:
        """Read what is drawn until the words come, or the program ends."""
        while words not in self.seen and self._read():
            pass

    def read_to_the_end(self) -> int:
        """Read the rest; return the exit code."""
        while self._read():
            pass
        os.close(self._master)
        return self.process.wait()

    def _read(self) -> bool:
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # nobody holds the other end any more
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)
