"""Workers that are actors on a Ray cluster."""

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from paribus.errors import ExecutorError
from paribus.executors._base import Done, Item, Job, Lost, Result, unless_positive
from paribus.executors._messages import Raised, Returned, Told
from paribus.executors._parcel import pack
from paribus.executors._pool import Ended, Limits, Pool, Uprooted, Worker
from paribus.executors._ray_actor import Actor, Said
from paribus.executors._ray_cluster import connected, import_ray, is_alive, places
from paribus.executors._settings import arithmetic_settings

_FETCH_SECONDS = 10.0
_HOMELESS_SECONDS = 60.0
"""How long a cluster may have no node that could hold an item, before that is an error."""
_LOOK_SECONDS = 5.0
_SAME_EVERYWHERE = (
    "KERAS_BACKEND",
    "KERAS_FLOATX",
    "XLA_FLAGS",
    "JAX_ENABLE_X64",
    "JAX_DEFAULT_MATMUL_PRECISION",
    "PARIBUS_COMPILE_CACHE",
)
"""Environment variables that an actor gets from this process, where they are set."""


class Ray:
    """Workers that are actors on a Ray cluster, each on the processors and accelerators that an item is said to need.

    The study and the local modules it uses are sent along; paribus must be installed on every node, and this process must
    run on one of them. Results come back to this process, which alone writes. Every actor counts as many processors as this
    process has: how work is split decides the last bits of a sum.

    An actor that dies costs its item one of its two attempts, as with `Processes`. A node that is lost costs no attempt,
    because it is no doing of the item: what was under way there is begun again elsewhere, a run from its last checkpoint. Only
    an item that loses its node five times is given up, for it may be what ends them. Actors that find no place wait for
    one, and their items' time does not pass.

    Args:
        address: host:port of the cluster; by default what RAY_ADDRESS says, or the one that this machine belongs to, or a new
            one that listens to this machine alone and ends with this process.
        workers: How many work at once; by default as many as the cluster has room for.
        cpus: Processors per item.
        gpus: Accelerators per item.
        time_limit: Seconds that one item may take; any time by default.

    Raises:
        ExecutorError: A number is out of its range.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        workers: int | None = None,
        cpus: float = 1,
        gpus: float = 0,
        time_limit: float | None = None,
    ) -> None:
        problems = unless_positive(workers=workers, cpus=cpus, time_limit=time_limit)
        if not gpus >= 0 or (gpus > 1 and gpus % 1):
            problems.append(f"gpus is {gpus!r}; it must be 0, a part of one, or a whole number.")
        if problems:
            raise ExecutorError(problems)
        self._address = address
        self._workers = workers
        self._needs = {"CPU": cpus, "GPU": gpus}
        self._limits = Limits(seconds=time_limit)

    @property
    def parallel(self) -> int:
        """How many items are worked on at once."""
        if self._workers is None:
            self._workers = self._room()
        return self._workers

    def map(self, job: Job[Item, Result], items: Iterable[Item]) -> Iterator[Done[Item, Result] | Lost[Item]]:
        """Yield one outcome per item, as they come.

        Raises:
            ExecutorError: Ray is not installed, the cluster cannot be reached or has no room for an item, the job cannot be
                sent, or it raised an exception there.
        """
        todo = list(items)
        if not todo:
            return
        ray = connected(self._address)
        parcel = pack(job.make, modules_too=True)
        sent = ray.put((parcel.body, [bytes(buffer) for buffer in parcel.buffers]))
        actor = ray.remote(Actor).options(
            num_cpus=self._needs["CPU"],
            num_gpus=self._needs["GPU"],
            max_restarts=0,
            runtime_env={"env_vars": _environment()},
        )
        slots = min(self.parallel, len(todo))
        pool = Pool(
            job,
            hire=lambda: _RayWorker(actor.remote(sent)),
            ready=_Ready(self._needs),
            slots=slots,
            most=slots,
            limits=self._limits,
        )
        yield from pool.map(todo)

    def _room(self) -> int:
        room = places(connected(self._address), self._needs)
        if room < 1:
            raise ExecutorError(_no_room(self._needs))
        return room


class _RayWorker:
    """An actor, seen from here. Nothing is asked of Ray that could keep this process waiting without end.

    Args:
        actor: Its handle.
    """

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._node = ""
        self._packed: Any = None
        self._said: deque[Said] = deque()
        self.asked: Any = actor.place.remote()

    def send(self, packed: Any, slot: int) -> None:  # noqa: ARG002 -- Ray decides where
        """Give it something to do, now or when it has its place."""
        if self._node:
            self.asked = self._actor.begin.remote(packed)
        else:
            self._packed = packed

    def waits(self) -> bool:
        """Whether it has no place on a node yet."""
        return not self._node

    def receive(self) -> Told | Returned | Raised | None:
        """Return its next message."""
        while not self._said and self._is_ready():
            self._hear()
        return self._said.popleft() if self._said else None

    def excess(self) -> str:
        """Ray limits memory itself."""
        return ""

    def stop(self) -> None:
        """Kill it."""
        import_ray().kill(self._actor)

    def _is_ready(self) -> bool:
        ready, _ = import_ray().wait([self.asked], timeout=0)
        return bool(ready)

    def _hear(self) -> None:
        answer = self._fetched()
        if not self._node:
            self._node = answer
            self.asked, self._packed = self._actor.begin.remote(self._packed), None
            return
        self._said.extend(answer)
        if not self._said or isinstance(self._said[-1], Told):
            self.asked = self._actor.listen.remote()

    def _fetched(self) -> Any:
        ray = import_ray()
        try:
            return ray.get(self.asked, timeout=_FETCH_SECONDS)
        except ray.exceptions.ActorDiedError as error:
            if error._actor_init_failed:  # noqa: SLF001 -- nothing public says it
                raise ExecutorError(f"a node of the cluster cannot do the work: {_gist(error)}") from error
            if self._node and is_alive(ray, self._node):
                raise Ended(f"Its actor died: {_gist(error)}") from error
            raise Uprooted(f"Its node was lost: {_gist(error)}") from error
        except ray.exceptions.RayError as error:  # its answer is lost, or nobody can say where it is
            raise Uprooted(f"Its node was lost: {_gist(error)}") from error


class _Ready:
    """Waits for actors, and for a node that could hold one if there is none."""

    def __init__(self, needs: dict[str, float]) -> None:
        self._needs = needs
        self._looked = self._had_room = time.monotonic()

    def __call__(self, workers: Sequence[Worker], seconds: float) -> list[Worker]:
        """Wait up to so many seconds; return whose answers are there.

        Raises:
            ExecutorError: For a minute, no node could have held an item.
        """
        ray = import_ray()
        asked = {worker.asked: worker for worker in workers if isinstance(worker, _RayWorker)}
        if all(worker.waits() for worker in asked.values()):
            self._look(ray)
        else:
            self._had_room = time.monotonic()
        ray.wait(list(asked), timeout=seconds)
        ready, _ = ray.wait(list(asked), num_returns=len(asked), timeout=0)
        return [asked[answer] for answer in ready]

    def _look(self, ray: Any) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        if places(ray, self._needs):
            self._had_room = now
        elif now - self._had_room > _HOMELESS_SECONDS:
            raise ExecutorError(_no_room(self._needs))


def _environment() -> dict[str, str]:
    """Return what an actor's environment says; by default Ray would give it as many threads as it has processors."""
    settings = arithmetic_settings()
    threads = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", settings["NPROC"])}
    return {
        **threads,
        **settings,
        **{name: os.environ[name] for name in _SAME_EVERYWHERE if name in os.environ},
    }


def _no_room(needs: dict[str, float]) -> str:
    wanted = " and ".join(f"{need:g} {name}" for name, need in needs.items() if need)
    return f"no node of the Ray cluster has room for an item that needs {wanted}."


def _gist(error: Exception) -> str:
    """Return the first and the last line of what Ray says."""
    lines = [line.strip() for line in str(error).strip().splitlines()]
    return " ".join(dict.fromkeys((lines[0], lines[-1]))) if lines else type(error).__name__
