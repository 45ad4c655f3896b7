"""Ctrl-C and SIGTERM, so that neither an import nor a library's callback can lose them."""

import signal
from types import FrameType

from paribus.progress import Schedule, Watcher
from paribus.records import EpochRecord, RunRecord, RunSpec


class Interruptible:
    """A watcher that ends the study when somebody has asked for it.

    Before training, the first signal waits for the libraries to be imported, because an exception in the middle of their
    start can be swallowed or kill the process; a second one is raised at once. While training, signals are raised at
    once, and once more at the end of an epoch, in case a library swallowed them.

    Args:
        watcher: Told of everything else.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._asked = False
        self._training = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def planned(self, schedule: Schedule) -> None:
        """End here if asked while starting."""
        self._training = True
        self._end_if_asked()
        self._watcher.planned(schedule)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """End here if asked and not heard."""
        self._end_if_asked()
        self._watcher.epoch_ended(spec, epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Pass it on."""
        self._watcher.run_ended(record)

    def close(self) -> None:
        """Pass it on."""
        self._watcher.close()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        raise_now = self._training or self._asked
        self._asked = True
        if raise_now:
            raise KeyboardInterrupt

    def _end_if_asked(self) -> None:
        if self._asked:
            raise KeyboardInterrupt
