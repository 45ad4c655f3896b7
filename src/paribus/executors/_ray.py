"""Workers that are actors on a Ray cluster."""

import queue
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from paribus.errors import ExecutorError
from paribus.executors._base import Done, Item, Job, Lost, Result
from paribus.executors._messages import Raised, Returned, Told
from paribus.executors._parcel import Parcel, pack
from paribus.executors._pool import Ended, Limits, Pool, Worker


class Ray:
    """Workers that are actors on a Ray cluster, each on the processors and accelerators that an item is said to need.

    The study and the local modules it uses are sent along; paribus must be installed on every node. A node that is lost costs
    the items that were on it one attempt. Results come back to this process, which alone writes.

    Args:
        address: Of the cluster; by default the one this machine belongs to, or one made on this machine alone.
        workers: How many work at once; by default as many as the cluster has room for.
        cpus: Processors per item.
        gpus: Accelerators per item.
        time_limit: Seconds that one item may take; any time by default.
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
        self._address = address
        self._workers = workers
        self._needs = {"num_cpus": cpus, "num_gpus": gpus}
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
            ExecutorError: Ray is not installed, the cluster cannot be reached, or the job cannot be sent.
        """
        todo = list(items)
        if not todo:
            return
        ray = self._connected()
        parcel = pack(job.make, modules_too=True)
        sent = ray.put((parcel.body, [bytes(buffer) for buffer in parcel.buffers]))
        actor = ray.remote(_Actor).options(max_restarts=0, **self._needs)
        slots = min(self.parallel, len(todo))
        pool = Pool(
            job,
            hire=lambda: _RayWorker(actor.remote(sent)),
            ready=_ready,
            slots=slots,
            most=slots,
            limits=self._limits,
        )
        yield from pool.map(todo)

    def _connected(self) -> Any:
        ray = _ray()
        if not ray.is_initialized():
            on_sigterm = signal.getsignal(signal.SIGTERM)
            try:
                ray.init(address=self._address, log_to_driver=False, logging_level="error")
            except Exception as error:  # Ray raises whatever its parts raise
                raise ExecutorError(
                    f"the Ray cluster at {self._address or 'its default address'} cannot be reached: {error}"
                ) from error
            finally:
                _handle_sigterm(on_sigterm)
        return ray

    def _room(self) -> int:
        resources = self._connected().cluster_resources()
        wanted = {"CPU": self._needs["num_cpus"], "GPU": self._needs["num_gpus"]}
        rooms = [int(resources.get(name, 0) // need) for name, need in wanted.items() if need]
        if rooms and min(rooms) < 1:
            raise ExecutorError(f"no node of the cluster has room for an item that needs {wanted}.")
        return min(rooms, default=1)


class _Actor:
    """What lives on a node."""

    def __init__(self, sent: tuple[bytes, list[bytes]]) -> None:
        body, buffers = sent
        self._work = Parcel(body, buffers).open()()

    def work(self, packed: Any) -> Iterator[Told | Returned | Raised]:
        """Yield what the work tells, then what it returned or raised."""
        said: queue.SimpleQueue[Told | Returned | Raised] = queue.SimpleQueue()

        def tell(message: Any) -> None:
            said.put(Told(message))

        def run() -> None:
            try:
                said.put(Returned(self._work(packed, tell)))
            except Exception as error:  # noqa: BLE001 -- told to whoever asked, who ends everything
                said.put(Raised(f"{type(error).__name__}: {error}"))

        threading.Thread(target=run, daemon=True).start()
        while isinstance(answer := said.get(), Told):
            yield answer
        yield answer


class _RayWorker:
    """An actor, seen from the driver."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self.answers: Any = None

    def send(self, packed: Any, slot: int) -> None:  # noqa: ARG002 -- Ray decides where
        """Give it something to do."""
        self.answers = self._actor.work.options(num_returns="streaming").remote(packed)

    def receive(self) -> Told | Returned | Raised | None:
        """Return its next message."""
        ray = _ray()
        ready, _ = ray.wait([self.answers], timeout=0)
        if not ready:
            return None
        try:
            return ray.get(next(self.answers))
        except ray.exceptions.RayError as error:
            raise Ended(f"Its actor is lost: {str(error).strip().splitlines()[0]}") from error

    def excess(self) -> str:
        """Ray limits memory itself."""
        return ""

    def stop(self) -> None:
        """Kill it."""
        _ray().kill(self._actor)


def _handle_sigterm(handler: Any) -> None:
    """Give SIGTERM back to whom it belonged: Ray takes it for itself where it starts in the main thread."""
    if threading.current_thread() is threading.main_thread() and handler is not None:
        signal.signal(signal.SIGTERM, handler)


def _ray() -> Any:
    try:
        import ray  # pyright: ignore[reportMissingImports] -- an extra
    except ImportError as error:
        raise ExecutorError("Ray is not installed; `pip install 'paribus[ray]'` installs it.") from error
    return ray


def _ready(workers: Sequence[Worker], seconds: float) -> list[Worker]:
    ray = _ray()
    waiting = {worker.answers: worker for worker in workers if isinstance(worker, _RayWorker)}
    ready, _ = ray.wait(list(waiting), timeout=seconds)
    return [waiting[answers] for answers in ready]
