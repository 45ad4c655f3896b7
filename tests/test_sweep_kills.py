"""A sweep that is killed, whenever: what was stored stays, the rest is trained, and all numbers are as if nothing had happened."""

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from paribus import lab
from paribus.errors import StoreError
from tests.conftest import STUDY_FILE, untimed
from tests.test_kills import VICTIMS, gone_within, kill, members

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")

STUDY = STUDY_FILE.replace("epochs=2", "epochs=6").replace("seeds=2", "seeds=3")
CONDUCT = """
from paribus import lab, studies
from paribus.executors import Processes
from paribus.progress import Quiet
lab.sweep(studies.study("my_study.py"), over="n_train", values=(60, 100, 200), store="paribus.db", executor=Processes(2),
          watcher=Quiet(), checkpoint_seconds=0)
"""
RUNS = 3 * 2 * 3

Stored = dict[tuple[str, str, int], Any]


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a sweep in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", CONDUCT],
        cwd=folder,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def stored(folder: Path) -> Stored:
    """Return the final records by cell, arm and seed."""
    try:
        studies = [listing.record for listing in lab.listings(store=folder / "paribus.db")]
    except StoreError:  # not yet made
        return {}
    return {
        (study.name, record.spec.arm, record.spec.seed): record
        for study in studies
        for record in lab.show(study.study_id, store=folder / "paribus.db").records
        if record.status.is_final
    }


def carry_out(folder: Path, chance: random.Random, seconds: float) -> list[str]:
    """Carry the sweep out, killing something at a random moment whenever it is started; return what was killed."""
    killed: list[str] = []
    before: Stored = {}
    while len(before) < RUNS:
        conductor = start(folder)
        try:
            conductor.wait(chance.uniform(0.2, 0.8) * seconds)
        except subprocess.TimeoutExpired:
            killed.append(chance.choice(VICTIMS))
            kill(conductor, killed[-1], chance)
            try:
                conductor.wait(60)
            except subprocess.TimeoutExpired:  # it goes on without the worker that was killed
                conductor.wait(600)
        assert gone_within(30, members(conductor.pid)), "a process has outlived its conductor"
        after = stored(folder)
        assert before == {key: after.get(key) for key in before}, "a stored run was lost or trained again"
        before = after
    return killed


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.long)])
def test_kills_at_random_moments_change_nothing(kills: int, tmp_path: Path) -> None:
    """Workers, conductors and whole groups, in whichever cell they are; the sweep that follows says what an undisturbed one says."""
    chance = random.Random(kills)  # noqa: S311 -- no secret
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    (quiet / "my_study.py").write_text(STUDY)
    began = time.monotonic()
    assert 0 == start(quiet).wait()
    seconds, done, rounds = time.monotonic() - began, 0, 0
    expected = {key: untimed(record) for key, record in stored(quiet).items()}
    assert RUNS == len(expected)
    told = next(quiet.glob("paribus-results/*over*/summary.md")).read_text()
    while done < kills:
        folder = tmp_path / str(rounds)
        folder.mkdir()
        (folder / "my_study.py").write_text(STUDY)
        done += len(carry_out(folder, chance, seconds))
        assert expected == {key: untimed(record) for key, record in stored(folder).items()}
        assert 0 == start(folder).wait()  # trains nothing
        assert told == next(folder.glob("paribus-results/*over*/summary.md")).read_text()
        rounds += 1
