"""Ctrl-C and SIGTERM end a study in order: what is stored is said, and the command that goes on."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paribus.cli._command import command_line
from tests.cli.conftest import PARIBUS, Gate, Terminal

PATIENCE_SECONDS = 120
SHOW_CURSOR = "\x1b[?25h"


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PARIBUS, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def stored(folder: Path, store: str) -> tuple[int, int]:
    words = [*PARIBUS, "ls", "--json", "--store", store]
    listed = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    listing = json.loads(listed.stdout)["stored"][0]
    return listing["ended"], listing["planned"]


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("executor", ["processes", "inline"])
def test_the_last_words_are_true(
    small_study_file: Path, tmp_path: Path, sent: signal.Signals, code: int, executor: str
) -> None:
    """How many runs are stored, where, and the command that goes on, once; the exit code is what shells expect."""
    words = ["run", small_study_file.name, "--seeds", "400", "--store", "my store.db", "--executor", executor]
    process = start(tmp_path, *words)
    assert process.stdout is not None
    next(line for line in process.stdout if line.startswith("[1/"))
    process.send_signal(sent)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert code == process.returncode, errors
    ended, planned = stored(tmp_path, "my store.db")
    said = f"Interrupted: {ended} of {planned} runs are stored in my store.db; the same command trains only the rest:"
    assert 1 == errors.count(said), errors
    *_, last = errors.splitlines()
    assert ["-m", "paribus", *words] == shlex.split(last)[1:]
    assert (executor == "inline") == ("Stopping at the end of this epoch" in errors)
    assert "Traceback" not in errors


def test_one_ctrl_c_stops_workers_whatever_they_do(
    gate: Gate, small_study_file: Path, tmp_path: Path
) -> None:
    """They wait for what never comes; a terminal's Ctrl-C goes to all processes, and none of them is left."""
    process = start(tmp_path, "run", small_study_file.name, "--workers", "2")
    with gate.arrivals() as begun:
        assert b"xx" == begun.read(1) + begun.read(1)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert b"" == begun.read()  # every worker has let go of it
    assert 130 == process.returncode, errors
    assert "Interrupted: 0 of 4 runs are stored in paribus.db" in errors
    assert "Stopping" not in errors
    assert "Traceback" not in errors


def test_the_live_table_stays(gate: Gate, small_study_file: Path, tmp_path: Path) -> None:
    """The last words come below it, once, and the cursor is there again."""
    terminal = Terminal("run", small_study_file.name, "--workers", "1", folder=tmp_path)
    with gate.arrivals() as begun:
        assert b"x" == begun.read(1)
        terminal.read_until("starting")
        os.killpg(terminal.process.pid, signal.SIGINT)
        assert 130 == terminal.read_to_the_end()
    table, _, last_words = terminal.seen.rpartition("0 of 4 runs trained")
    assert "starting" in table
    assert SHOW_CURSOR in last_words
    assert 1 == terminal.seen.count("Interrupted: 0 of 4 runs are stored in paribus.db")
    assert f"-m paribus run {small_study_file.name} --workers 1" in last_words
    assert "Traceback" not in terminal.seen


@pytest.mark.parametrize("delay", ["import paribus.lab", "import keras"])
def test_an_interrupt_while_starting_is_not_lost(small_study_file: Path, tmp_path: Path, delay: str) -> None:
    """A signal that falls into an import ends the program before anything is trained."""
    source = (
        f"import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n{delay}\n{small_study_file.read_text()}"
    )
    small_study_file.write_text(source)
    process = start(tmp_path, "run", small_study_file.name)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert 130 == process.returncode
    assert "training" not in output
    assert "Stopping before training begins; once more to stop at once." in errors
    assert "Interrupted before training began; the same command trains" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["/nowhere/paribus", "run", "my study.py"], "/nowhere/paribus run 'my study.py'"),
        ([sys.executable, "run"], f"{Path(sys.executable).name} run"),
        (["p", "--store", "postgresql://u:secret@host/db"], "p --store 'postgresql://u:***@host/db'"),
        (["p", "--store=postgresql://u@host/db"], "p --store=postgresql://u@host/db"),
    ],
)
def test_the_command_can_be_given_again(
    monkeypatch: pytest.MonkeyPatch, words: list[str], expected: str
) -> None:
    """Quoted, by its short name where the shell knows it, without passwords."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert expected == command_line(words)


def test_python_m_paribus_is_given_again_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """The path of a package's `__main__.py` is no command."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    expected = f"{Path(sys.executable).name} -m paribus ls"
    assert expected == command_line(["/somewhere/paribus/__main__.py", "ls"])
