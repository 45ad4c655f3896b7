"""Processes keep the family's contract, and end what goes too far."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from paribus.errors import ExecutorError
from paribus.executors import Cause, Done, Executor, Job, Lost, Processes, Tell
from paribus.testing import WorkerContract


class TestProcesses(WorkerContract):
    def make(self) -> Executor:
        return Processes(2)


def job(work: Callable[[int, Tell], Any]) -> Job[int, Any]:
    return Job(
        make=lambda: work,
        key=lambda item: item,
        pack=lambda item: item,
        heard=lambda _item, _message: None,
        waiting=lambda: None,
    )


def test_work_past_its_time_is_stopped() -> None:
    """It is lost with its cause; the others are done."""

    def work(item: int, tell: Tell) -> int:
        while item == 1:
            pass
        return item

    outcomes = {outcome.item: outcome for outcome in Processes(2, time_limit=3.0).map(job(work), range(3))}
    lost = outcomes[1]
    assert isinstance(lost, Lost)
    assert Cause.TIMED_OUT is lost.cause
    assert {0, 2} == {item for item, outcome in outcomes.items() if isinstance(outcome, Done)}


def test_work_past_its_memory_is_stopped() -> None:
    """It is lost with its cause; the others are done."""

    def work(item: int, tell: Tell) -> int:
        hoard: list[Any] = []
        while item == 1:
            hoard.append(np.ones(2**20))
        return item

    executor = Processes(2, memory_limit=2**29)
    outcomes = {outcome.item: outcome for outcome in executor.map(job(work), range(3))}
    lost = outcomes[1]
    assert isinstance(lost, Lost)
    assert Cause.OUT_OF_MEMORY is lost.cause
    assert "above its limit of 512 MiB" in lost.reason


def test_a_process_that_prints_without_end_does_not_block() -> None:
    """50 MB to standard output are read and forgotten."""

    def work(item: int, tell: Tell) -> int:
        for _ in range(50):
            print("x" * 10**6)  # noqa: T201 -- the point
        return item

    assert [Done(0, 0)] == list(Processes(1).map(job(work), [0]))


def test_how_a_process_ended_is_said() -> None:
    """With the signal, or the exit code, its last words, and the innermost call however deep it was."""

    def abort_below(calls: int) -> None:
        if calls:
            abort_below(calls - 1)
        os.abort()

    def work(item: int, tell: Tell) -> int:
        print("last words", flush=True)  # noqa: T201 -- the point
        if item == 0:
            abort_below(50)
        os._exit(3)

    outcomes = sorted(Processes(2).map(job(work), range(2)), key=lambda outcome: outcome.item)
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, Lost)]
    assert "SIGABRT" in reasons[0]
    assert "in abort_below" in reasons[0]
    assert "exit code 3" in reasons[1]
    assert all("last words" in reason for reason in reasons)


def test_a_second_attempt_can_succeed() -> None:
    """What is packed is packed anew for it."""
    packed: list[int] = []

    def pack(item: int) -> int:
        packed.append(item)
        return len(packed)

    def work(attempt: int, tell: Tell) -> int:
        if attempt == 1:
            os._exit(1)
        return attempt

    outcomes = list(Processes(1).map(replace(job(work), pack=pack), [5]))
    assert [Done(5, 2)] == outcomes


def test_arrays_are_mapped_not_copied() -> None:
    """What the work holds is there, read-only."""
    table = np.arange(10)
    table.flags.writeable = False

    def work(item: int, tell: Tell) -> tuple[int, bool]:
        return int(table[item]), bool(table.flags.writeable)

    assert [Done(3, (3, False))] == list(Processes(1).map(job(work), [3]))


def test_what_cannot_be_sent_is_said() -> None:
    """A lock is nothing for another process."""
    lock = threading.Lock()

    def work(item: int, tell: Tell) -> bool:
        return lock.locked()

    with pytest.raises(ExecutorError, match="cannot be sent"):
        list(Processes(1).map(job(work), [0]))


@pytest.mark.parametrize("number", [0, -1])
def test_limits_are_positive(number: int) -> None:
    """All problems at once."""
    with pytest.raises(ExecutorError) as error:
        Processes(number, time_limit=number, memory_limit=number)
    assert 3 == len(error.value.problems)


def test_stopping_ends_whatever_is_under_way() -> None:
    """An exception out of the conductor ends all workers, whatever they do."""

    def work(item: int, tell: Tell) -> None:
        tell(os.getpid())
        while True:
            pass

    class StopError(Exception):
        pass

    pids: list[int] = []

    def heard(item: int, message: int) -> None:
        pids.append(message)
        raise StopError

    with pytest.raises(StopError):
        list(Processes(1).map(replace(job(work), heard=heard), [0]))
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
