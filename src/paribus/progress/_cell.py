"""A study that is one of several, under one watcher."""

from dataclasses import replace

from paribus.progress._base import Schedule, Watcher
from paribus.records import EpochRecord, RunRecord, RunSpec


class InCell:
    """Tells a watcher of all studies about one of them, arms with the cell's name.

    What is planned and that all is over was told or will be told of all studies together.

    Args:
        watcher: Of all studies.
        cell: Which one this is.
    """

    def __init__(self, watcher: Watcher, cell: str) -> None:
        self._watcher = watcher
        self._cell = cell

    def sizing(self, arms: int) -> None:
        """Pass it on."""
        self._watcher.sizing(arms)

    def planned(self, schedule: Schedule) -> None:  # noqa: ARG002 -- the watcher knows all cells' schedule
        """Say nothing, but end here if somebody has asked for it."""
        self._watcher.waiting()

    def run_began(self, spec: RunSpec) -> None:
        """Pass it on with the cell's name."""
        self._watcher.run_began(in_cell(spec, self._cell))

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Pass it on with the cell's name."""
        self._watcher.epoch_ended(in_cell(spec, self._cell), epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Pass it on with the cell's name."""
        self._watcher.run_ended(replace(record, spec=in_cell(record.spec, self._cell)))

    def looked(self, sentence: str) -> None:
        """Pass it on."""
        self._watcher.looked(sentence)

    def waiting(self) -> None:
        """Pass it on."""
        self._watcher.waiting()

    def close(self) -> None:
        """Say nothing: there are other cells."""


def in_cell(spec: RunSpec, cell: str) -> RunSpec:
    """Return a run's spec with the cell in its arm's label; the run is the same."""
    return replace(spec, arm=f"{spec.arm}, {cell}")
