"""Worker processes on this machine."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from paribus.errors import ExecutorError
from paribus.executors._base import Done, Item, Job, Lost, Result, unless_positive
from paribus.executors._folder import shared_folder
from paribus.executors._launch import Launcher, worker_environment
from paribus.executors._messages import Assignment, Raised, Returned, Start, Told
from paribus.executors._parcel import pack, write_parcel
from paribus.executors._pool import Ended, Limits, Pool, Worker
from paribus.machine import cores

_MIB = 2**20
_MODULES = ("keras",)
"""What workers import when they are started, as far as it is imported here."""
_WORKER_BYTES = 1_500 * _MIB
"""What a worker is expected to need, where nobody says how many there are to be."""
_SPARE_WORKERS = 2
"""Idle workers per busy one that may wait for their arm's next run."""
_LAST_WORDS = 1_000
_OUTPUT_CHUNK = 65_536
_OUTPUT_KEPT = 16_384
_OUTPUT_CHUNKS = 256
_STOP_SECONDS = 10
_FATAL = "Fatal Python error:"
"""Begins what the interpreter prints when it ends; the innermost call comes first."""
_EXTENSION_MODULES = "Extension modules:"
"""Begins the longest and least telling line of it."""


class Processes:
    """Workers that are processes of their own, each on its own processors, kept for many items.

    A worker that dies costs its own item only, which is tried once more. Every worker counts as many processors as there
    are, although it runs on its share of them: how work is split decides the last bits of a sum.

    Args:
        workers: How many work at once; by default one per processor, fewer if memory is short.
        time_limit: Seconds that one item may take; any time by default.
        memory_limit: Bytes of resident memory that a worker may hold; Linux only; any amount by default.

    Raises:
        ExecutorError: A limit or number is not positive.
    """

    def __init__(
        self, workers: int | None = None, *, time_limit: float | None = None, memory_limit: int | None = None
    ) -> None:
        problems = unless_positive(workers=workers, time_limit=time_limit, memory_limit=memory_limit)
        if problems:
            raise ExecutorError(problems)
        self._cores = cores()
        self.parallel = workers or max(1, min(len(self._cores), available_bytes() // _WORKER_BYTES))
        self._limits = Limits(seconds=time_limit)
        self._memory_limit = memory_limit
        self._launcher: Launcher | None = None

    def map(self, job: Job[Item, Result], items: Iterable[Item]) -> Iterator[Done[Item, Result] | Lost[Item]]:
        """Yield one outcome per item, as they come.

        Raises:
            ExecutorError: The job cannot be sent to another process, or raised an exception there.
        """
        todo = list(items)
        if not todo:
            return
        slots = min(self.parallel, len(todo))
        shares = _shares(self._cores, slots)
        launcher = self._launcher_for(tuple(name for name in _MODULES if name in sys.modules))
        with shared_folder() as folder:
            write_parcel(pack(job.make, modules_too=False), folder)
            pool = Pool(
                job,
                hire=lambda: _Process(launcher, folder, shares, self._memory_limit),
                ready=_ready,
                slots=slots,
                most=slots * (1 + _SPARE_WORKERS),
                limits=self._limits,
            )
            yield from pool.map(todo)

    def prepare(self) -> None:
        """Import what workers of a study need in the background, while this process imports it too."""
        self._launcher_for(_MODULES).prepare()

    def _launcher_for(self, modules: tuple[str, ...]) -> Launcher:
        """Return the launcher of workers with those modules, kept from job to job."""
        if self._launcher is None or not self._launcher.still_serves(modules):
            self._launcher = Launcher(modules)
        return self._launcher


class _Process:
    """One worker process."""

    def __init__(
        self,
        launcher: Launcher,
        parcel: Path,
        shares: Sequence[tuple[int, ...]],
        memory_limit: int | None,
    ) -> None:
        self._shares = shares
        self._memory_limit = memory_limit
        commands, self._commands = os.pipe()
        answers, given = os.pipe()
        self._answers = Connection(answers, writable=False)
        self._outbox = Connection(self._commands, readable=False)
        output, printed = os.pipe()
        self._process = launcher.start(commands, given, printed)
        for end in (commands, given, printed):
            os.close(end)
        os.set_blocking(output, False)
        self._output = open(output, "rb", buffering=0)  # noqa: PTH123, SIM115 -- a descriptor, closed in `stop`
        self._last_words = b""
        self._put(Start(str(parcel), tuple(sys.path), worker_environment()))

    @property
    def sources(self) -> tuple[Connection, int]:
        """What becomes readable when it has something to say."""
        return self._answers, self._output.fileno()

    def send(self, packed: Any, slot: int) -> None:
        """Send it an assignment; one that has ended says so when it is listened to."""
        self._put(Assignment(packed, self._shares[slot]))

    def waits(self) -> bool:
        """It has its place from the start."""
        return False

    def receive(self) -> Told | Returned | Raised | None:
        """Return its next message."""
        self._drain()
        try:
            return self._answers.recv() if self._answers.poll() else None
        except (EOFError, OSError):
            self._wait()
            self._drain()
            raise Ended(self._how_it_ended()) from None

    def excess(self) -> str:
        """Compare its resident memory with the limit."""
        resident = resident_bytes(self._process.pid) if self._memory_limit else 0
        if self._memory_limit is None or resident <= self._memory_limit:
            return ""
        return f"It was stopped when it held {resident // _MIB:,} MiB, above its limit of {self._memory_limit // _MIB:,} MiB."

    def stop(self) -> None:
        """Kill it, and close what leads to it."""
        self._process.kill()
        self._process.wait()
        for end in (self._outbox, self._answers, self._output):
            with contextlib.suppress(OSError):
                end.close()

    def _wait(self) -> None:
        """Wait for its end; one that only closed its pipes is killed."""
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _put(self, message: Any) -> None:
        with contextlib.suppress(OSError):
            self._outbox.send(message)

    def _drain(self) -> None:
        """Take what it printed, so that it never waits for a reader; keep the end of it."""
        for _ in range(_OUTPUT_CHUNKS):
            if not (words := self._output.read(_OUTPUT_CHUNK)):
                return
            self._last_words = (self._last_words + words)[-_OUTPUT_KEPT:]

    def _how_it_ended(self) -> str:
        code = self._process.returncode
        words = _telling_part(self._last_words.decode(errors="replace"))
        end = _end_sentence(code)
        return f"{end} The last it printed: {words}" if words else end


def available_bytes() -> int:
    """Return how much memory is free for new processes; on a system that does not say, a great deal."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return sys.maxsize


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _ready(workers: Sequence[Worker], seconds: float) -> list[Worker]:
    sources: dict[Any, Worker] = {
        source: worker for worker in workers if isinstance(worker, _Process) for source in worker.sources
    }
    return list(dict.fromkeys(sources[source] for source in wait(list(sources), seconds)))


def _shares(all_cores: Sequence[int], slots: int) -> list[tuple[int, ...]]:
    """Deal the processors out to the slots; more slots than processors share them."""
    if slots >= len(all_cores):
        return [(all_cores[slot % len(all_cores)],) for slot in range(slots)]
    return [tuple(all_cores[slot::slots]) for slot in range(slots)]


def _telling_part(printed: str) -> str:
    """Return the end of what was printed, and the beginning of a fatal error after it."""
    lines = [line for line in printed.splitlines() if not line.startswith(_EXTENSION_MODULES)]
    said, fatal, calls = "\n".join(lines).partition(_FATAL)
    return f"{said[-_LAST_WORDS:]}{fatal}{calls[:_LAST_WORDS]}".strip()


def _end_sentence(code: int | None) -> str:
    if code is None:
        return "Its process ended, and so did the one that could tell how."
    if code >= 0:
        return f"Its process ended with exit code {code}."
    number = -code
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    sentence = f"Its process was ended by {name}."
    return f"{sentence} The system does that when memory runs out." if name == "SIGKILL" else sentence
