"""A worker process: does the work it is sent until nobody is there to send any.

Whoever started it holds the other ends of two pipes. When that process ends, however it ends, the pipes close and this one
ends too.
"""

import contextlib
import faulthandler
import importlib
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from paribus.executors._messages import Assignment, Raised, Returned, Start, Told
from paribus.executors._parcel import read_parcel

_ORPHANED = 1


def main(commands: int, answers: int) -> None:
    """Work on what comes in through file descriptor `commands`, and answer through `answers`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all; the conductor decides
    faulthandler.enable(all_threads=False)
    _be_first_to_go()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(Connection(commands), inbox), daemon=True).start()
    outbox = Connection(answers)
    try:
        _work(inbox, outbox)
    except (BrokenPipeError, ConnectionError):
        os._exit(_ORPHANED)


def _work(inbox: "queue.SimpleQueue[bytes]", outbox: Connection) -> None:
    start: Start = pickle.loads(inbox.get())  # noqa: S301 -- written by this very program
    sys.path[:] = start.path
    os.environ.clear()
    os.environ.update(start.environment)
    work = read_parcel(Path(start.parcel)).open()()

    def tell(message: Any) -> None:
        outbox.send(Told(message))

    while True:
        assignment: Assignment = pickle.loads(inbox.get())  # noqa: S301 -- the same
        _pin(assignment.cores)
        home = Path.cwd()
        try:
            answer: Any = Returned(work(assignment.packed, tell))
        except Exception as error:  # noqa: BLE001 -- told to whoever asked, who ends everything
            answer = Raised(f"{type(error).__name__}: {error}")
        with contextlib.suppress(OSError):
            os.chdir(home)
        outbox.send(answer)


def _receive(commands: Connection, inbox: "queue.SimpleQueue[bytes]") -> None:
    try:
        while True:
            inbox.put(
                commands.recv_bytes()
            )  # opened by the other thread: two that import at once disturb each other
    except (EOFError, OSError):
        os._exit(_ORPHANED)


def _be_first_to_go() -> None:
    """Ask the kernel to end this process, not its conductor, when memory runs out."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _pin(cores: Iterable[int]) -> None:
    """Put every thread of this process on those processors, where the system can."""
    if not cores or not hasattr(os, "sched_setaffinity"):
        return
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it has ended
            os.sched_setaffinity(int(thread.name), cores)


if __name__ == "__main__":
    for module in sys.argv[3:]:  # before the user's folders can hide them
        importlib.import_module(module)
    main(int(sys.argv[1]), int(sys.argv[2]))
