"""A process that has imported what workers need, and forks one of them in a few milliseconds when it is asked to.

It has nothing but its imports: no thread pool of XLA's, no data, no study. It ends when whoever started it does.
"""

import contextlib
import importlib
import os
import random
import signal
import socket
import sys
import traceback
import warnings
from typing import Any

import msgspec

from paribus.executors._messages import MESSAGE_BYTES, Fork, Forked, Reap, Reaped
from paribus.executors._worker import main as work

_FAILED = 1
_Request = Fork | Reap


def main(control: int, modules: list[str]) -> None:
    """Import `modules`, then do what comes in through the socket with file descriptor `control`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all; the conductor decides
    for name in modules:
        importlib.import_module(name)
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")  # idle threads of BLAS
    with socket.socket(fileno=control) as requests:
        while True:
            content, descriptors, _, _ = socket.recv_fds(requests, MESSAGE_BYTES, 3)
            if not content:
                return
            request = msgspec.msgpack.decode(content, type=_Request)
            answer = _fork(requests, descriptors) if isinstance(request, Fork) else _reap(request.pid)
            requests.send(msgspec.msgpack.encode(answer))


def _fork(requests: socket.socket, descriptors: list[int]) -> Forked:
    pid = os.fork()
    if not pid:
        requests.close()
        _become_worker(*descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    return Forked(pid)


def _become_worker(commands: int, answers: int, output: int) -> None:
    code: Any = _FAILED
    try:
        for stream in (1, 2):
            os.dup2(output, stream)
        os.close(output)
        random.seed()  # as a process of its own has, not as all its siblings have
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        work(commands, answers)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else _FAILED
    except BaseException:  # noqa: BLE001 -- the last words of a process
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _reap(pid: int) -> Reaped:
    """Return how that worker ended; whoever asks knows that it has."""
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        return Reaped(None)
    return Reaped(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
