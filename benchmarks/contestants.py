"""Contestants as the driver sees them: processes that train an epoch when told to, and idle otherwise."""

import contextlib
import json
import os
import queue
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from epochs import EPOCH, Answer, Order, work

import paribus
from paribus.executors import Job, Lost, Processes

SCRIPT = Path(__file__).with_name("serve.py")
_END = "end"
_STOP_SECONDS = 60


class ContestantError(Exception):
    """A contestant cannot go on; the text says why."""


class Epoch(NamedTuple):
    """Seconds, and accuracy in validation; NaN if nobody validates."""

    seconds: float
    accuracy: float


class Runner(Protocol):
    """Something that trains one epoch at a time."""

    def ready(self) -> dict[str, str]:
        """Wait until it is, and return the versions of what it trains with.

        Raises:
            ContestantError: It never will be.
        """
        ...

    def epoch(self) -> Epoch:
        """Train an epoch.

        Raises:
            ContestantError: Its process ended, or is not as it was.
        """
        ...

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used so far."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


class OneProcess:
    """A process of its own, as a user's script is: no variable of its environment is paribus'.

    Args:
        order: What it trains.
        python: The interpreter that runs it.
    """

    def __init__(self, order: Order, python: str) -> None:
        self._order = order
        self._pids: list[int] = []
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 -- closed in `stop`
        self._process = subprocess.Popen(  # noqa: S603 -- this very script
            [python, str(SCRIPT), json.dumps(asdict(order))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._printed,
            env=environment(),
            text=True,
        )

    def ready(self) -> dict[str, str]:
        """Wait for its word."""
        said = expected("ready", self._answer())
        self._pids = [said["pid"]]
        return said["versions"]

    def epoch(self) -> Epoch:
        """Train an epoch."""
        self.begin()
        return self.end()

    def begin(self) -> None:
        """Let an epoch begin."""
        with contextlib.suppress(BrokenPipeError):  # that it has ended is said where its answer is read
            print(EPOCH, file=self._process.stdin, flush=True)

    def end(self) -> Epoch:
        """Wait for the epoch's end."""
        return epoch_of(self._answer())

    def cpu_seconds(self) -> float:
        """Return its processor time."""
        return cpu_seconds(self._pids)

    def stop(self) -> None:
        """Kill it; it has nothing to lose."""
        with contextlib.suppress(BrokenPipeError), self._process:  # which closes its pipes and waits for it
            self._process.kill()
        self._printed.close()
        shutil.rmtree(self._order.cache, ignore_errors=True)

    def _answer(self) -> Answer:
        if self._process.stdout is not None and (line := self._process.stdout.readline()):
            return json.loads(line)
        code = self._process.wait()
        self._printed.seek(0)
        lines = self._printed.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "It printed nothing.")
        raise ContestantError(f"ended with exit code {code}: {last}")


class SideBySide:
    """A process of one thread for every core, which all train the same arm.

    Args:
        order: What each of them trains.
        python: The interpreter that runs them.
        count: How many they are.
    """

    def __init__(self, order: Order, python: str, count: int) -> None:
        self._each = [
            OneProcess(replace(order, core=core, cache=f"{order.cache}-{core}"), python)
            for core in range(count)
        ]

    def ready(self) -> dict[str, str]:
        """Wait for the word of each."""
        versions = [each.ready() for each in self._each]
        return versions[0]

    def epoch(self) -> Epoch:
        """Train an epoch each, and return the time until all have ended by how many they are."""
        began = time.perf_counter()
        for each in self._each:
            each.begin()
        accuracies = [each.end().accuracy for each in self._each]
        return Epoch((time.perf_counter() - began) / len(self._each), statistics.mean(accuracies))

    def cpu_seconds(self) -> float:
        """Return their processor time."""
        return sum(each.cpu_seconds() for each in self._each)

    def stop(self) -> None:
        """Kill them."""
        for each in self._each:
            each.stop()


class WorkerProcesses:
    """Workers of `paribus.executors.Processes`, which train the same arm side by side.

    Args:
        order: What each of them trains.
        count: How many they are.
    """

    def __init__(self, order: Order, count: int) -> None:
        self._order = order
        self._count = count
        self._pids: list[int] = []
        self._heard: queue.SimpleQueue[tuple[int, Answer] | ContestantError] = queue.SimpleQueue()
        self._folder = Path(tempfile.mkdtemp(prefix="paribus-benchmark-"))
        self._paths = [str(self._folder / str(number)) for number in range(count)]
        for path in self._paths:
            os.mkfifo(path)
        self._pipes = [os.open(path, os.O_RDWR) for path in self._paths]  # waits for no reader
        self._thread = threading.Thread(target=self._conduct, daemon=True)
        self._thread.start()

    def ready(self) -> dict[str, str]:
        """Wait for the word of each."""
        said = [expected("ready", answer) for answer in self._answers()]
        self._pids = [each["pid"] for each in said]
        return said[0]["versions"]

    def epoch(self) -> Epoch:
        """Train an epoch each, and return the seconds of the slowest by how many they are."""
        self._command(EPOCH)
        epochs = [epoch_of(answer) for answer in self._answers()]
        return Epoch(
            max(each.seconds for each in epochs) / self._count,
            statistics.mean(each.accuracy for each in epochs),
        )

    def cpu_seconds(self) -> float:
        """Return their processor time."""
        return cpu_seconds(self._pids)

    def stop(self) -> None:
        """Let them end."""
        self._command(_END)
        self._thread.join(_STOP_SECONDS)
        for pipe in self._pipes:
            os.close(pipe)
        for folder in (self._folder, self._order.cache):
            shutil.rmtree(folder, ignore_errors=True)

    def _command(self, command: str) -> None:
        for pipe in self._pipes:
            os.write(pipe, f"{command}\n".encode())

    def _conduct(self) -> None:
        job: Job[int, None] = Job(
            make=partial(work, self._order),
            key=lambda number: number,
            pack=lambda number: self._paths[number],
            heard=lambda number, answer: self._heard.put((number, answer)),
            waiting=lambda: None,
        )
        try:
            for outcome in Processes(self._count).map(job, range(self._count)):
                if isinstance(outcome, Lost):
                    self._heard.put(ContestantError(outcome.reason))
        except Exception as error:  # noqa: BLE001 -- raised again where it is waited for
            self._heard.put(ContestantError(f"{type(error).__name__}: {error}"))

    def _answers(self) -> list[Answer]:
        """Return one answer of each worker."""
        answers: dict[int, Any] = {}
        while len(answers) < self._count:
            said = self._heard.get()
            if isinstance(said, ContestantError):
                raise said
            number, answer = said
            answers[number] = answer
        return [answers[number] for number in range(self._count)]


def epoch_of(answer: Answer) -> Epoch:
    """Return the epoch that the answer tells of."""
    seconds, accuracy = expected("seconds", answer), answer["accuracy"]
    return Epoch(seconds, float("nan") if accuracy is None else accuracy)


def expected(kind: str, answer: Answer) -> Any:
    """Return what an answer of that kind says.

    Raises:
        ContestantError: It is of another kind.
    """
    if kind in answer:
        return answer[kind]
    if "absent" in answer:
        raise ContestantError("not installed")
    raise ContestantError("a worker ended and was started anew")


def environment() -> dict[str, str]:
    """Return the environment in which the paribus of this process is found."""
    home = str(Path(paribus.__file__).parent.parent)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")])),
    }


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the processor time used by the processes so far; NaN where the system does not say."""
    try:
        stats = [Path(f"/proc/{pid}/stat").read_text(encoding="utf-8") for pid in pids]
    except OSError:
        return float("nan")
    ticks = [sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats]  # user and system
    return sum(ticks) / os.sysconf("SC_CLK_TCK")
