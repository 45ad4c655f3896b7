"""One item after the other, in this process."""

from collections.abc import Iterable, Iterator
from functools import partial

from paribus.executors._base import Done, Item, Job, Result


class Inline:
    """Works where it was called, in order. Work that ends the process ends it for all."""

    parallel = 1

    def map(self, job: Job[Item, Result], items: Iterable[Item]) -> Iterator[Done[Item, Result]]:
        """Yield one result per item, in the order of the items."""
        work = job.make()
        for item in items:
            yield Done(item, work(job.pack(item), partial(job.heard, item)))
