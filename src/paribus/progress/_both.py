"""Two watchers as one."""

from paribus.progress._base import Schedule, Watcher
from paribus.records import EpochRecord, RunRecord, RunSpec


class Both:
    """Tells two watchers. Both are closed, whatever becomes of the first.

    Args:
        first: Told first.
        second: Told next, unless the first has raised.
    """

    def __init__(self, first: Watcher, second: Watcher) -> None:
        self._first = first
        self._second = second

    def sizing(self, arms: int) -> None:
        """Tell both."""
        self._first.sizing(arms)
        self._second.sizing(arms)

    def planned(self, schedule: Schedule) -> None:
        """Tell both."""
        self._first.planned(schedule)
        self._second.planned(schedule)

    def run_began(self, spec: RunSpec) -> None:
        """Tell both."""
        self._first.run_began(spec)
        self._second.run_began(spec)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Tell both."""
        self._first.epoch_ended(spec, epoch)
        self._second.epoch_ended(spec, epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Tell both."""
        self._first.run_ended(record)
        self._second.run_ended(record)

    def looked(self, sentence: str) -> None:
        """Tell both."""
        self._first.looked(sentence)
        self._second.looked(sentence)

    def waiting(self) -> None:
        """Tell both."""
        self._first.waiting()
        self._second.waiting()

    def close(self) -> None:
        """Close both."""
        try:
            self._first.close()
        finally:
            self._second.close()
