"""`paribus sweep`: what is asked for, what is printed, and how it ends."""

import json
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from paribus.cli._sweep import parse_values
from tests.cli.conftest import PARIBUS
from tests.cli.test_interrupt import PATIENCE_SECONDS, start


def sweep(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PARIBUS, "sweep", *words, "--executor", "inline"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_values_are_numbers_where_they_can_be() -> None:
    """And words otherwise, which the sweep refuses with all else."""
    assert (250, 60_000) == parse_values("250, 60_000,")
    assert (0.01, 1e-3, 1) == parse_values("0.01,1e-3,1")
    assert ("raw", "unit") == parse_values("raw,unit")


def test_a_sweep_is_printed_and_is_json_alone(small_study_file: Path, tmp_path: Path) -> None:
    """Tables and files, or JSON with the progress apart; the second time nothing is trained."""
    words = (small_study_file.name, "--over", "n_train", "--values", "60,100,200")
    first = sweep(tmp_path, *words)
    assert 0 == first.returncode, first.stderr
    assert "[12/12] wide, n_train 200, seed 1: test" in first.stdout
    assert "wide \N{MINUS SIGN} flat, test accuracy, paired by seed:" in first.stdout
    *_, last = first.stdout.split()
    assert (tmp_path / last).exists()
    second = sweep(tmp_path, *words, "--json")
    assert 0 == second.returncode, second.stderr
    assert "nothing to train" in second.stderr
    told = json.loads(second.stdout)
    assert [60, 100, 200] == told["sweep"]["sweep"]["values"]
    assert [60, 100, 200] == [cell["value"] for cell in told["sweep"]["contrasts"][0]["cells"]]


def test_what_cannot_be_is_said_in_sentences(small_study_file: Path, tmp_path: Path) -> None:
    """All of it, with exit code 2."""
    refused = sweep(tmp_path, small_study_file.name, "--over", "n_train", "--values", "10,many,100")
    assert 2 == refused.returncode
    assert "'many' is no whole number." in refused.stderr
    assert "n_train 10: recipe: batch_size 32 is larger" in refused.stderr
    assert not (tmp_path / "paribus.db").exists()


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_ctrl_c_ends_it_in_order(small_study_file: Path, tmp_path: Path, executor: str) -> None:
    """All cells' runs are counted, and the command that goes on is printed."""
    words = ["sweep", small_study_file.name, "--over", "n_train", "--values", "60,200", "--seeds", "200"]
    process = start(tmp_path, *words, "--executor", executor)
    assert process.stdout is not None
    next(line for line in process.stdout if line.startswith("[1/800]"))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert 130 == process.returncode, errors
    assert " of 800 runs are stored in paribus.db; the same command trains only the rest:" in errors
    *_, last = errors.splitlines()
    assert words == shlex.split(last)[3:-2]
    assert "Traceback" not in errors
