"""One item after the other, in this process."""

from collections.abc import Callable, Iterable, Iterator

from paribus.executors._base import Item, Result


class Inline:
    """Runs everything where it was called, in order."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield one result per item, in the order of the items."""
        return map(function, items)
