"""Whatever is killed, and whenever: what was stored stays, the rest is trained, and all numbers are as if nothing had happened."""

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from paribus import lab
from paribus.errors import StoreError
from paribus.records import RunRecord
from tests.conftest import STUDY_FILE, untimed

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")

STUDY = STUDY_FILE.replace("epochs=2", "epochs=12").replace("seeds=2", "seeds=5")
CONDUCT = """
from paribus import lab, studies
from paribus.executors import Processes
lab.run(studies.study("my_study.py"), store="paribus.db", executor=Processes(2), checkpoint_seconds=0)
"""
VICTIMS = ("worker", "conductor", "group")


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a conductor in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", CONDUCT],
        cwd=folder,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def members(session: int) -> list[int]:
    """Return the living processes of that session."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, _group, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found


def gone_within(seconds: float, pids: list[int]) -> bool:
    """Wait for all those processes to end."""
    end = time.monotonic() + seconds
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)
            ended = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]
            os.close(descriptor)
            if not ended:
                return False
    return True


def stored(folder: Path) -> dict[tuple[str, int], RunRecord]:
    """Return the final records by arm and seed."""
    try:
        records = lab.show(store=folder / "paribus.db").records
    except StoreError:  # not yet made
        return {}
    return {(record.spec.arm, record.spec.seed): record for record in records if record.status.is_final}


def kill(conductor: "subprocess.Popen[bytes]", victim: str, chance: random.Random) -> None:
    workers = [pid for pid in members(conductor.pid) if pid != conductor.pid]
    with contextlib.suppress(ProcessLookupError):
        if victim == "group":
            os.killpg(conductor.pid, signal.SIGKILL)
        else:
            os.kill(
                chance.choice(workers) if victim == "worker" and workers else conductor.pid, signal.SIGKILL
            )


def carry_out(folder: Path, chance: random.Random, seconds: float) -> list[str]:
    """Run the study to its end, killing something at a random moment whenever it is started; return what was killed."""
    killed: list[str] = []
    before: dict[tuple[str, int], RunRecord] = {}
    while len(before) < 10:
        conductor = start(folder)
        try:
            conductor.wait(chance.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            killed.append(chance.choice(VICTIMS))
            kill(conductor, killed[-1], chance)
            with contextlib.suppress(subprocess.TimeoutExpired):
                conductor.wait(60)
        assert conductor.poll() is not None, "the conductor hangs"
        assert gone_within(30, members(conductor.pid)), "a process has outlived its conductor"
        after = stored(folder)
        assert before == {key: after.get(key) for key in before}, "a stored run was lost or trained again"
        before = after
    return killed


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.long)])
def test_kills_at_random_moments_change_nothing(kills: int, tmp_path: Path) -> None:
    """Workers, conductors and whole groups, over a short study with checkpoints after every epoch."""
    chance = random.Random(kills)  # noqa: S311 -- no secret
    expected: dict[tuple[str, int], Any] = {}
    seconds, done, rounds = 0.0, 0, 0
    while done < kills or not expected:
        folder = tmp_path / str(rounds)
        folder.mkdir()
        (folder / "my_study.py").write_text(STUDY)
        if not expected:
            began = time.monotonic()
            assert 0 == start(folder).wait()
            seconds = time.monotonic() - began
            expected = {key: untimed(record) for key, record in stored(folder).items()}
        else:
            done += len(carry_out(folder, chance, seconds))
            assert expected == {key: untimed(record) for key, record in stored(folder).items()}
        rounds += 1
