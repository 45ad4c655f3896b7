"""Which worker does what: the part that executors with workers of their own share."""

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol

from paribus.errors import ExecutorError
from paribus.executors._base import Cause, Done, Item, Job, Lost, Result
from paribus.executors._messages import Raised, Returned, Told

_WAIT_SECONDS = 0.25
_ATTEMPTS = 2
_UPROOTINGS = 5
"""How often an item may lose its place: bad luck costs no attempt, but an item may be what ends its places."""


class Ended(Exception):  # noqa: N818 -- not an error of the program: a fact about a worker
    """A worker has ended without an answer; the text says how."""


class Uprooted(Ended):
    """A worker has ended with the place it worked at: no doing of the item's."""


class Worker(Protocol):
    """Something that does one piece of work at a time."""

    def send(self, packed: Any, slot: int) -> None:
        """Give it something to do in that slot."""
        ...

    def waits(self) -> bool:
        """Whether it still waits for a place to work at; until it has one, its item's time does not pass."""
        ...

    def receive(self) -> Told | Returned | Raised | None:
        """Return what it says, None if that is nothing yet.

        Raises:
            Ended: It is no more; `Uprooted` if its place is no more either.
        """
        ...

    def excess(self) -> str:
        """Return in a sentence how it uses more memory than it may, or an empty string."""
        ...

    def stop(self) -> None:
        """End it at once, whatever it does."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a piece of work may take."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[Item]):
    """An item to be done; `died` and `uprooted` count the workers that ended with it."""

    item: Item
    died: int = 0
    uprooted: int = 0

    def after(self, end: Ended) -> "_Attempt[Item] | None":
        """Return the next attempt, None if there is to be none."""
        if isinstance(end, Uprooted):
            again = replace(self, uprooted=self.uprooted + 1)
        else:
            again = replace(self, died=self.died + 1)
        return again if again.died < _ATTEMPTS and again.uprooted < _UPROOTINGS else None


@dataclass(frozen=True, slots=True)
class _Assigned(Generic[Item]):
    attempt: _Attempt[Item]
    key: Hashable
    slot: int
    began: float


class Pool(Generic[Item, Result]):
    """Assigns items to workers, one key per worker, and keeps idle workers for their next item.

    Args:
        job: What is done.
        hire: Makes a new worker.
        ready: Waits up to so many seconds, and returns the workers that may have something to say.
        slots: How many work at once.
        most: How many workers there may be, idle ones included.
        limits: What a piece of work may take.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        job: Job[Item, Result],
        *,
        hire: Callable[[], Worker],
        ready: Callable[[Sequence[Worker], float], Sequence[Worker]],
        slots: int,
        most: int,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._job = job
        self._hire = hire
        self._ready = ready
        self._free = list(range(slots))
        self._most = max(most, slots)
        self._limits = limits
        self._clock = clock
        self._waiting: deque[_Attempt[Item]] = deque()
        self._busy: dict[Worker, _Assigned[Item]] = {}
        self._idle: dict[Worker, Hashable] = {}  # the one idle longest first

    def map(self, items: Iterable[Item]) -> Iterator[Done[Item, Result] | Lost[Item]]:
        """Yield one outcome per item; end all workers when it is over, for whatever reason."""
        self._waiting.extend(_Attempt(item) for item in items)
        try:
            while self._waiting or self._busy:
                self._assign()
                self._give_way()
                for worker in self._ready(list(self._busy), _WAIT_SECONDS):
                    yield from self._listen(worker)
                for worker in list(self._busy):
                    yield from self._enforce(worker)
                self._job.waiting()
        finally:
            for worker in [*self._busy, *self._idle]:
                worker.stop()

    def _assign(self) -> None:
        while self._waiting and self._free:
            attempt = self._next()
            key, slot = self._job.key(attempt.item), self._free.pop()
            worker = self._worker(key)
            self._busy[worker] = _Assigned(attempt, key, slot, self._clock())
            worker.send(self._job.pack(attempt.item), slot)

    def _next(self) -> _Attempt[Item]:
        """Take the next in line; where places are scarce, the next that an idle worker is there for."""
        keys = set(self._idle.values()) if self._idle and self._is_crowded() else set[Hashable]()
        fitting = (n for n, attempt in enumerate(self._waiting) if self._job.key(attempt.item) in keys)
        chosen = next(fitting, 0)
        attempt = self._waiting[chosen]
        del self._waiting[chosen]
        return attempt

    def _give_way(self) -> None:
        """End idle workers if others wait for their places."""
        if self._is_crowded() and not self._waiting:
            while self._idle:
                self._idle.popitem()[0].stop()

    def _is_crowded(self) -> bool:
        return any(worker.waits() for worker in self._busy)

    def _worker(self, key: Hashable) -> Worker:
        """Return an idle worker of that key, or a new one in place of the one that has been idle longest."""
        same = next((worker for worker, its_key in self._idle.items() if its_key == key), None)
        if same is not None:
            del self._idle[same]
            return same
        if len(self._idle) + len(self._busy) >= self._most:
            oldest = next(iter(self._idle))
            del self._idle[oldest]
            oldest.stop()
        return self._hire()

    def _listen(self, worker: Worker) -> Iterator[Done[Item, Result] | Lost[Item]]:
        item = self._busy[worker].attempt.item
        try:
            while isinstance(answer := worker.receive(), Told):
                self._job.heard(item, answer.message)
        except Ended as end:
            yield from self._bury(worker, end)
            return
        if isinstance(answer, Raised):
            raise ExecutorError(f"the work failed where it must not: {answer.reason}")
        if isinstance(answer, Returned):
            self._idle[worker] = self._release(worker).key
            yield Done(item, answer.result)

    def _bury(self, worker: Worker, end: Ended) -> Iterator[Lost[Item]]:
        attempt = self._release(worker).attempt
        worker.stop()
        if again := attempt.after(end):
            self._waiting.appendleft(again)
        elif isinstance(end, Uprooted):
            yield Lost(attempt.item, Cause.DIED, f"It lost its place {_UPROOTINGS} times. {end}")
        else:
            yield Lost(attempt.item, Cause.DIED, f"At the second attempt as at the first: {end}")

    def _enforce(self, worker: Worker) -> Iterator[Lost[Item]]:
        assigned, limit = self._busy[worker], self._limits.seconds
        if worker.waits():
            self._busy[worker] = replace(assigned, began=self._clock())
            return
        if limit is not None and self._clock() - assigned.began > limit:
            cause, reason = Cause.TIMED_OUT, f"It was stopped after {limit:g} seconds, its limit."
        elif excess := worker.excess():
            cause, reason = Cause.OUT_OF_MEMORY, excess
        else:
            return
        self._release(worker)
        worker.stop()
        yield Lost(assigned.attempt.item, cause, reason)

    def _release(self, worker: Worker) -> _Assigned[Item]:
        assigned = self._busy.pop(worker)
        self._free.append(assigned.slot)
        return assigned
