"""`paribus watch` tells from another terminal how a study stands, and touches nothing."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import PARIBUS, Gate, Terminal


def watch(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Watch from a place where neither Keras nor JAX can be imported."""
    blocked = folder / "blocked"
    for package in ("keras", "jax"):
        (blocked / package).mkdir(parents=True, exist_ok=True)
        (blocked / package / "__init__.py").write_text("raise ImportError('blocked')")
    path = os.pathsep.join([str(blocked), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [*PARIBUS, "watch", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def under_way(gate: Gate, study: Path, folder: Path, *words: str) -> Generator[subprocess.Popen[bytes]]:
    """Start a study, and yield when its first run has begun and waits at the gate; end it if the test does not."""
    command = [*PARIBUS, "run", study.name, "--workers", "1", *words]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with gate.arrivals() as begun:
            assert b"x" == begun.read(1)
            yield process
    finally:
        process.kill()
        process.wait()


def test_a_study_is_watched_to_its_end(gate: Gate, small_study_file: Path, tmp_path: Path) -> None:
    """A snapshot for a log, a live table for a terminal; who stops watching stops nothing; the end is seen."""
    with under_way(gate, small_study_file, tmp_path) as study:
        leaving, staying = (Terminal("watch", folder=tmp_path) for _ in range(2))
        for terminal in (leaving, staying):
            terminal.read_until("starting")

        snapshot = watch(tmp_path)
        assert 0 == snapshot.returncode, snapshot.stderr
        assert "my_study: 4 runs (2 arms × 2 seeds); training 4 into paribus.db" in snapshot.stdout
        assert "0 of 4 runs trained" in snapshot.stdout
        assert "\x1b" not in snapshot.stdout

        os.killpg(leaving.process.pid, signal.SIGINT)
        assert 130 == leaving.read_to_the_end()
        assert "Traceback" not in leaving.seen
        assert "Interrupted" not in leaving.seen

        gate.open()
        assert 0 == staying.read_to_the_end()
        assert 0 == study.wait()
    assert "4 of 4 runs trained" in staying.seen
    assert "Ended: 4 of 4 runs are stored in paribus.db" in staying.seen

    afterwards = watch(tmp_path, "my_study", "--once")
    assert 0 == afterwards.returncode
    assert "no run is going on" in afterwards.stdout
    assert "4 of 4 runs are stored in paribus.db" in afterwards.stdout
    assert "paribus show " in afterwards.stdout
    assert f"-m paribus run {small_study_file.name} --workers 1" in afterwards.stdout


def test_a_killed_study_is_silent(gate: Gate, small_study_file: Path, tmp_path: Path) -> None:
    """For how long, what is stored, and the command that goes on, from another folder, too."""
    with under_way(gate, small_study_file, tmp_path, "--seeds", "3") as study:
        assert any("starting" in watch(tmp_path).stdout for _ in range(20))  # told once a second
        study.kill()
        study.wait()
        (file,) = (tmp_path / "paribus-results").glob("*/progress.json")
        bulletin = json.loads(file.read_text())
        file.write_text(json.dumps(bulletin | {"written_at": bulletin["written_at"] - 3_600}))
        answer = watch(tmp_path)
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        other = watch(elsewhere, "--store", "../paribus.db")
    assert 1 == answer.returncode
    assert "Nobody has written for 36" in answer.stdout
    assert "0 of 6 runs are stored in paribus.db" in answer.stdout
    assert "starting" in answer.stdout
    command = f"-m paribus run {small_study_file.name} --workers 1 --seeds 3"
    assert command in answer.stdout
    assert f"cd {tmp_path} && " in other.stdout
    assert command in other.stdout


def test_of_several_studies_the_one_under_way_is_watched(
    gate: Gate, small_study_file: Path, tmp_path: Path
) -> None:
    """Unless another one is named; one that stopped says how far it came, and what the store alone knows is enough."""
    plain = tmp_path / "plain.py"
    plain.write_text(
        small_study_file.read_text().replace("gated(flat)", "flat").replace("gated(wide)", "wide")
    )
    with under_way(gate, small_study_file, tmp_path):
        run = [*PARIBUS, "run", plain.name, "--executor", "inline"]
        subprocess.run(run, cwd=tmp_path, capture_output=True, check=True)
        default, named, unknown = watch(tmp_path), watch(tmp_path, "plain.py"), watch(tmp_path, "plian")
    assert "my_study: 4 runs" in default.stdout
    assert "plain: no run is going on" in named.stdout
    assert "--executor inline" in named.stdout
    assert (2, True) == (unknown.returncode, "Did you mean 'plain'?" in unknown.stderr)

    shutil.rmtree(tmp_path / "paribus-results")
    forgotten = watch(tmp_path, "plain")
    assert "4 of 4 runs are stored" in forgotten.stdout
    assert "`paribus run` with the file that holds plain" in forgotten.stdout
    by_url = watch(tmp_path, "plain", "--store", f"sqlite:///{tmp_path}/paribus.db")
    assert "the folder that the study was started in" in by_url.stdout


@pytest.mark.parametrize("store", ["nowhere.db", "."])
def test_there_is_nothing_to_watch(tmp_path: Path, store: str) -> None:
    """A sentence and exit code 2."""
    answer = watch(tmp_path, "--store", store)
    assert 2 == answer.returncode
    assert "Traceback" not in answer.stderr
