"""Starting worker processes: forked from a process that has the imports already, or each on its own."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

import paribus
from paribus.executors._messages import MESSAGE_BYTES, Fork, Forked, Reap, Reaped
from paribus.executors._settings import arithmetic_settings

_SERVER_MODULE = "paribus.executors._forkserver"
_WORKER_MODULE = "paribus.executors._worker"
_FORK_SECONDS = 120
"""The server answers after its imports, which a slow disk can make long."""
_SERVERS = 2
"""How many are tried before workers are started without one."""
_READ_BY_IMPORTS = ("KERAS_", "JAX_", "PYTHON", "OMP_", "GLIBC_", "MALLOC_", "LD_")
"""Begin the environment variables that are read by imports or before; workers are told of all others in time."""
_FORKABLE_BACKENDS = {"jax", ""}


class Child(Protocol):
    """A worker's process."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    @property
    def returncode(self) -> int | None:
        """Its exit code once it has been waited for, negative for a signal; None if nobody knows."""
        ...

    def kill(self) -> None:
        """End it at once; nothing happens if it has ended."""
        ...

    def wait(self, timeout: float | None = None) -> object:
        """Wait for its end, at most so many seconds."""
        ...


class Launcher:
    """Starts workers that have imported `modules`; what it needs for that ends with it."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = tuple(modules)
        self._settings = _import_settings()
        self._server: _Server | None = None

    def still_serves(self, modules: Sequence[str]) -> bool:
        """Whether its workers are those that a new launcher would start; a study's file may have changed the environment."""
        return (self._modules, self._settings) == (tuple(modules), _import_settings())

    def prepare(self) -> None:
        """Begin importing the modules, where that makes the start of workers quicker."""
        if _can_fork():
            self._living_server()

    def start(self, commands: int, answers: int, output: int) -> Child:
        """Start a worker that reads `commands`, writes `answers` and prints to `output`, all file descriptors."""
        for _ in range(_SERVERS if _can_fork() else 0):
            try:
                return self._living_server().fork(commands, answers, output)
            except (OSError, msgspec.MsgspecError):  # somebody has killed it
                self._server = None
        return self._spawned(commands, answers, output)

    def _living_server(self) -> "_Server":
        if self._server is None:
            self._server = _Server(self._modules)
            weakref.finalize(self, self._server.close)
        return self._server

    def _spawned(self, commands: int, answers: int, output: int) -> Child:
        return subprocess.Popen(  # noqa: S603 -- this interpreter, on this program's own module
            [sys.executable, "-m", _WORKER_MODULE, str(commands), str(answers), *self._modules],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(commands, answers),
            env=worker_environment(),
        )


class _Server:
    """The process that forks."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._requests, other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.settimeout(_FORK_SECONDS)
        with other_end:
            self._process = subprocess.Popen(  # noqa: S603 -- this interpreter, on this program's own module
                [sys.executable, "-m", _SERVER_MODULE, str(other_end.fileno()), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(other_end.fileno(),),
                env=worker_environment(),
            )

    def fork(self, *descriptors: int) -> "_ForkedChild":
        socket.send_fds(self._requests, [msgspec.msgpack.encode(Fork())], descriptors)
        return _ForkedChild(self, msgspec.msgpack.decode(self._requests.recv(MESSAGE_BYTES), type=Forked).pid)

    def reap(self, pid: int) -> int | None:
        """Return the exit code of a child that has ended; None if the server has ended too."""
        try:
            self._requests.send(msgspec.msgpack.encode(Reap(pid)))
            return msgspec.msgpack.decode(self._requests.recv(MESSAGE_BYTES), type=Reaped).code
        except (OSError, msgspec.MsgspecError):
            return None

    def close(self) -> None:
        self._requests.close()
        self._process.kill()
        self._process.wait()


class _ForkedChild:
    """A worker that the server has forked; it stays a zombie, so that its number is its own, until it is waited for."""

    def __init__(self, server: _Server, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._server = server
        self._descriptor: int | None = os.pidfd_open(pid)

    def kill(self) -> None:
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> None:
        if self._descriptor is None:
            return
        if not select.select([self._descriptor], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        os.close(self._descriptor)
        self._descriptor = None
        self.returncode = self._server.reap(self.pid)


def worker_environment() -> dict[str, str]:
    """Return the environment of a worker; what the user has set stays."""
    home = str(Path(paribus.__file__).parent.parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        **arithmetic_settings(),
        "PYTHONPATH": os.pathsep.join(paths),
    }


def _import_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_READ_BY_IMPORTS)}


def _can_fork() -> bool:
    """Whether a process with these imports may be forked: known of Linux and JAX, whose threads start later."""
    return hasattr(os, "pidfd_open") and os.environ.get("KERAS_BACKEND", "") in _FORKABLE_BACKENDS
