"""Who works on what when places are scarce, on workers that do as the test says."""

from collections.abc import Callable, Sequence
from typing import Any

from paribus.executors import Cause, Done, Job, Lost
from paribus.executors._messages import Returned
from paribus.executors._pool import Ended, Limits, Pool, Uprooted, Worker

Answer = Returned | Ended | None


class Site:
    """So many places, and the workers that have one or wait for one."""

    def __init__(self, places: int, answer: Callable[[Any], Answer]) -> None:
        self.places = places
        self.answer = answer
        self.hired: list[FakeWorker] = []
        self.seconds = 0.0

    def hire(self) -> "FakeWorker":
        self.hired.append(FakeWorker(self))
        return self.hired[-1]

    def placed(self) -> list["FakeWorker"]:
        return [worker for worker in self.hired if not worker.stopped][: self.places]

    def ready(self, workers: Sequence[Worker], seconds: float) -> list[Worker]:  # noqa: ARG002 -- time passes by asking
        self.seconds += 1
        return [worker for worker in workers if worker in self.placed()]

    def outcomes(
        self, items: Sequence[Any], *, slots: int, limit: float | None = None, key: Callable[[Any], Any] = str
    ) -> list[Done[Any, Any] | Lost[Any]]:
        job: Job[Any, Any] = Job(
            make=lambda: lambda packed, _tell: packed,
            key=key,
            pack=lambda item: item,
            heard=lambda _item, _message: None,
            waiting=lambda: None,
        )
        pool = Pool(
            job,
            hire=self.hire,
            ready=self.ready,
            slots=slots,
            most=slots,
            limits=Limits(seconds=limit),
            clock=lambda: self.seconds,
        )
        return list(pool.map(items))


class FakeWorker:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.stopped = False
        self.packed: list[Any] = []

    def send(self, packed: Any, slot: int) -> None:  # noqa: ARG002 -- all are alike
        self.packed.append(packed)

    def waits(self) -> bool:
        return self not in self.site.placed()

    def receive(self) -> Any:
        answer = self.site.answer(self.packed[-1])
        if isinstance(answer, Ended):
            raise answer
        return answer

    def excess(self) -> str:
        return ""

    def stop(self) -> None:
        self.stopped = True


def test_fewer_places_than_slots_do_all_the_work() -> None:
    """One place for three slots: every item is done, and an idle worker gives its place to one that waits."""
    site = Site(1, Returned)
    outcomes = site.outcomes(range(7), slots=3)
    assert {Done(number, number) for number in range(7)} == set(outcomes)
    assert all(worker.stopped for worker in site.hired)


def test_a_worker_with_a_place_takes_the_items_of_its_key_first() -> None:
    """Two keys that alternate, and one place: two workers have done all but what those that waited were given."""
    site = Site(1, Returned)
    items = [f"{key}{number}" for number in range(5) for key in "ab"]
    outcomes = site.outcomes(items, slots=2, key=lambda item: item[0])
    assert set(items) == {outcome.item for outcome in outcomes}
    assert len(site.hired) <= 4


def test_waiting_for_a_place_is_no_time_of_the_item() -> None:
    """Four seconds each, one after the other, and the limit is five."""
    asked = {0: 0, 1: 0}

    def answer(item: int) -> Answer:
        asked[item] += 1
        return Returned(item) if asked[item] == 4 else None

    site = Site(1, answer)
    outcomes = site.outcomes([0, 1], slots=2, limit=5.0)
    assert [Done(0, 0), Done(1, 1)] == outcomes


def test_losing_a_place_is_no_attempt() -> None:
    """Four times uprooted and once dead, an item is still done."""
    ends: list[Answer] = [*(Uprooted("gone") for _ in range(4)), Ended("died"), Returned("done")]
    site = Site(1, lambda _: ends.pop(0))
    assert [Done(0, "done")] == site.outcomes([0], slots=1)


def test_an_item_that_loses_every_place_is_given_up() -> None:
    """At the fifth; the next one is done all the same."""

    def answer(item: int) -> Answer:
        return Uprooted("Its node was lost.") if item == 0 else Returned(item)

    lost, done = Site(1, answer).outcomes([0, 1], slots=1)
    assert Lost(0, Cause.DIED, "It lost its place 5 times. Its node was lost.") == lost
    assert Done(1, 1) == done


def test_an_item_whose_worker_dies_twice_is_given_up() -> None:
    """With how it died."""
    outcomes = Site(1, lambda _: Ended("It fell.")).outcomes([0], slots=1)
    assert [Lost(0, Cause.DIED, "At the second attempt as at the first: It fell.")] == outcomes
