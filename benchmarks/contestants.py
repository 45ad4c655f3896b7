"""Contestants as the driver sees them: processes that train an epoch when told to, and idle otherwise."""

import contextlib
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from epochs import EPOCH, Answer, Order, work

import paribus
from paribus.executors import Job, Lost, Processes

SCRIPT = Path(__file__).with_name("engine.py")
SERVE = "serve"
"""The private command under which the script is a contestant."""
_END = "end"
_STOP_SECONDS = 60


class ContestantError(Exception):
    """A contestant cannot go on; the text says why."""


class Runner(Protocol):
    """Something that trains one epoch at a time."""

    def ready(self) -> dict[str, str]:
        """Wait until it is, and return the versions of what it trains with.

        Raises:
            ContestantError: It never will be.
        """
        ...

    def epoch(self) -> float:
        """Train an epoch and return its seconds.

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
            [python, str(SCRIPT), SERVE, json.dumps(asdict(order))],
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

    def epoch(self) -> float:
        """Train an epoch."""
        with contextlib.suppress(BrokenPipeError):  # that it has ended is said where its answer is read
            print(EPOCH, file=self._process.stdin, flush=True)
        return expected("seconds", self._answer())

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
        said = self._answers("ready")
        self._pids = [each["pid"] for each in said]
        return said[0]["versions"]

    def epoch(self) -> float:
        """Train an epoch each, and return the seconds of the slowest by how many they are."""
        self._command(EPOCH)
        return max(self._answers("seconds")) / self._count

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

    def _answers(self, kind: str) -> list[Any]:
        """Return one answer of each worker."""
        answers: dict[int, Any] = {}
        while len(answers) < self._count:
            said = self._heard.get()
            if isinstance(said, ContestantError):
                raise said
            number, answer = said
            answers[number] = expected(kind, answer)
        return [answers[number] for number in range(self._count)]


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
