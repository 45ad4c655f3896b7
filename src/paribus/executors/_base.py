"""What every executor promises."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Tell = Callable[[Any], None]
"""Sends a message about the item that is being worked on to whoever asked for the work."""

Work = Callable[[Any, Tell], Result]
"""`work(packed_item, tell)` returns the item's result."""


class Cause(StrEnum):
    """Why an item has no result."""

    DIED = "died"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"


@dataclass(frozen=True, slots=True)
class Done(Generic[Item, Result]):
    """An item and its result."""

    item: Item
    result: Result


@dataclass(frozen=True, slots=True)
class Lost(Generic[Item]):
    """An item whose worker did not live to return a result; `reason` is a sentence."""

    item: Item
    cause: Cause
    reason: str


def unless_positive(**given: float | None) -> list[str]:
    """Return a sentence per number that is given and not above 0."""
    return [
        f"{name} is {value!r}; it must be above 0."
        for name, value in given.items()
        if value is not None and not value > 0
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job(Generic[Item, Result]):
    """What is done to each item.

    Args:
        make: Returns the function that does the work; called once in every worker, where it may be sent by pickle.
        key: Items of different keys never share a worker that is a process of its own.
        pack: What a worker is given for an item; called when the item is sent, again if it is sent again.
        heard: Called with an item and a message about it.
        waiting: Called at least once a second while an executor waits for its workers; may raise to end the work.
    """

    make: Callable[[], Work[Result]]
    key: Callable[[Item], Hashable]
    pack: Callable[[Item], Any]
    heard: Callable[[Item, Any], None]
    waiting: Callable[[], None]


class Executor(Protocol):
    """Does a job to items; checked by `paribus.testing.ExecutorContract`."""

    @property
    def parallel(self) -> int:
        """How many items are worked on at once."""
        ...

    def map(self, job: Job[Item, Result], items: Iterable[Item]) -> Iterator[Done[Item, Result] | Lost[Item]]:
        """Yield one outcome per item, each as soon as there is one, in any order.

        An exception out of the work itself ends everything: work that can fail returns how.
        """
        ...
