"""Ctrl-C and SIGTERM, so that neither an import nor a library's callback can lose them."""

import os
import signal
import sys
from types import FrameType

from paribus.progress import Schedule, Watcher
from paribus.records import EpochRecord, RunRecord, RunSpec

_ASKED = "\nStopping at the end of this epoch; once more to stop at once.\n"


class Interruptible:
    """A watcher that ends the study when somebody has asked for it.

    The first signal is heard at the next epoch: an exception out of a signal handler can fall into a library's callback,
    which swallows it and prints a traceback. The second one is raised at once.

    Args:
        watcher: Told of everything else.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def planned(self, schedule: Schedule) -> None:
        """End here if asked while starting."""
        self._end_if_asked()
        self._watcher.planned(schedule)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """End here if asked."""
        self._end_if_asked()
        self._watcher.epoch_ended(spec, epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Show that the run is stored, then end if asked."""
        self._watcher.run_ended(record)
        self._end_if_asked()

    def waiting(self) -> None:
        """End here if asked."""
        self._end_if_asked()
        self._watcher.waiting()

    def close(self) -> None:
        """Pass it on."""
        self._watcher.close()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        os.write(sys.stderr.fileno(), _ASKED.encode())

    def _end_if_asked(self) -> None:
        if self._asked:
            raise KeyboardInterrupt
