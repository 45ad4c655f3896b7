"""Ctrl-C and SIGTERM, so that neither an import nor a library's callback can lose them."""

import signal
from collections.abc import Callable
from types import FrameType

from paribus.progress import Schedule, Watcher
from paribus.records import EpochRecord, RunRecord, RunSpec

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SIGNAL_EXIT = 128
_ONCE_MORE = "once more to stop at once."


class Interruptible:
    """A watcher that ends the study when somebody has asked for it.

    The first signal is heard when the study says something next: an exception out of a signal handler can fall into a
    library's callback, which swallows it and prints a traceback. Where other processes train, that is within a second;
    where this one does, it is the end of the epoch. The second signal is raised at once.

    Args:
        watcher: Told of everything else.
        inline: Whether this process trains.
        say: Takes a sentence from within a signal handler, so it must neither wait nor buffer.
    """

    def __init__(self, watcher: Watcher, *, inline: bool, say: Callable[[str], None]) -> None:
        self._watcher = watcher
        self._inline = inline
        self._say = say
        self._asked: int | None = None
        self._schedule: Schedule | None = None
        self._stored = set[str]()
        self._closed = False
        for number in _SIGNALS:
            signal.signal(number, self._ask)

    @property
    def exit_code(self) -> int:
        """What shells expect of a program that a signal has ended: 130 after Ctrl-C, 143 after SIGTERM."""
        return _SIGNAL_EXIT + (self._asked or signal.SIGINT)

    @property
    def sentence(self) -> str:
        """What is stored of what was planned."""
        if self._schedule is None:
            return "Interrupted before training began"
        specs = self._schedule.specs
        stored = sum(spec.run_id in self._stored for spec in specs)
        return f"Interrupted: {stored} of {len(specs)} runs are stored in {self._schedule.place}"

    def sizing(self, arms: int) -> None:
        """End here if asked while starting."""
        self._end_if_asked()
        self._watcher.sizing(arms)

    def planned(self, schedule: Schedule) -> None:
        """End here if asked while starting."""
        self._end_if_asked()
        self._closed = False
        self._schedule = schedule
        self._stored = {record.spec.run_id for record in schedule.stored}
        self._watcher.planned(schedule)

    def run_began(self, spec: RunSpec) -> None:
        """End here if asked."""
        self._end_if_asked()
        self._watcher.run_began(spec)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """End here if asked."""
        self._end_if_asked()
        self._watcher.epoch_ended(spec, epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Show that the run is stored, then end if asked."""
        if record.status.is_final:
            self._stored.add(record.spec.run_id)
        self._watcher.run_ended(record)
        self._end_if_asked()

    def looked(self, sentence: str) -> None:
        """Pass it on, then end if asked."""
        self._watcher.looked(sentence)
        self._end_if_asked()

    def waiting(self) -> None:
        """End here if asked."""
        self._end_if_asked()
        self._watcher.waiting()

    def close(self) -> None:
        """Pass it on; nothing will be said any more, so the next signal is raised at once."""
        self._closed = True
        self._watcher.close()

    def be_deaf(self) -> None:
        """Hear no further signal: the last words are being said."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def let_go(self) -> None:
        """Leave signals to the system, which ends the process without a word."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        again = self._asked is not None
        self._asked = number
        if again or self._closed:
            raise KeyboardInterrupt
        if self._schedule is None:
            self._say(f"Stopping before training begins; {_ONCE_MORE}")
        elif self._inline:
            self._say(f"Stopping at the end of this epoch; {_ONCE_MORE}")

    def _end_if_asked(self) -> None:
        if self._asked is not None:
            raise KeyboardInterrupt
