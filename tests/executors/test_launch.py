"""Workers start quickly where processes can be forked, and start all the same where they cannot."""

import os
import random
import signal
from typing import NamedTuple

import pytest

from paribus.executors import Done, Job, Processes, Tell, _launch


class Said(NamedTuple):
    pid: int
    parent: int
    draw: float


def say(executor: Processes, workers: int) -> list[Said]:
    """Return what so many different workers say of themselves."""

    def work(item: int, tell: Tell) -> Said:
        return Said(os.getpid(), os.getppid(), random.random())  # noqa: S311 -- no secret

    job: Job[int, Said] = Job(
        make=lambda: work,
        key=lambda item: item,
        pack=lambda item: item,
        heard=lambda _item, _message: None,
        waiting=lambda: None,
    )
    return [outcome.result for outcome in executor.map(job, range(workers)) if isinstance(outcome, Done)]


@pytest.mark.parametrize("way", ["forked", "on their own"])
def test_every_worker_is_a_process_with_chance_of_its_own(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two draw the same numbers."""
    if way != "forked":
        monkeypatch.setattr(_launch, "_can_fork", lambda: False)
    said = say(Processes(2), 3)
    assert (way != "forked") == (said[0].parent == os.getpid())
    assert 3 == len({each.pid for each in said}) == len({each.draw for each in said})


def test_a_killed_fork_server_is_replaced() -> None:
    """What comes after works as before."""
    executor = Processes(1)
    (first,) = say(executor, 1)
    os.kill(first.parent, signal.SIGKILL)
    second, third = say(executor, 2)
    assert first.parent != second.parent == third.parent


def test_what_is_set_late_reaches_every_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study's file may set environment variables after workers' imports have begun."""
    executor = Processes(1)
    executor.prepare()
    monkeypatch.setenv("SET_LATE", "plain")
    monkeypatch.setenv("KERAS_SET_LATE", "read by imports")
    job: Job[int, tuple[str | None, ...]] = Job(
        make=lambda: lambda _item, _tell: (os.environ.get("SET_LATE"), os.environ.get("KERAS_SET_LATE")),
        key=lambda item: item,
        pack=lambda item: item,
        heard=lambda _item, _message: None,
        waiting=lambda: None,
    )
    assert [Done(0, ("plain", "read by imports"))] == list(executor.map(job, [0]))
