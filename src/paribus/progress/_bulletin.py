"""How a study stands, in a file that other processes read while it runs."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from paribus.progress._base import Schedule
from paribus.progress._board import Board, BoardKeeper, Snapshot

SILENT_SECONDS = 15.0
"""Who has not written for so long is taken to be no more: fifteen times the usual."""

_BEAT_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulletin:
    """A study as it stood at `written_at` [seconds since 1970].

    `command` continues it, given in `folder`; empty if it was started from a notebook or script. `over` says that its
    process has finished with it, well or not.
    """

    snapshot: Snapshot
    command: str
    folder: str
    written_at: float
    over: bool = False

    def age(self, now: float) -> float:
        """Return the seconds since it was written; at least 0, because clocks differ."""
        return max(0.0, now - self.written_at)

    def under_way(self, now: float) -> bool:
        """Whether somebody is training, as far as can be seen."""
        return not self.over and self.age(now) < SILENT_SECONDS

    def silent(self, now: float) -> bool:
        """Whether its process ended without a word."""
        return not self.over and self.age(now) >= SILENT_SECONDS


class BulletinFile:
    """One bulletin, always whole: written aside and renamed. It is not synced, because only the living need it.

    Args:
        path: Its folder is made when something is written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()  # what is trained may change the working folder

    def write(self, bulletin: Bulletin) -> None:
        """Put `bulletin` in place of the one before; a disk that does not take it stops no study."""
        aside = self._path.with_suffix(".aside")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(msgspec.json.encode(bulletin))
            aside.replace(self._path)

    def read(self) -> Bulletin | None:
        """Return the bulletin; None if there is none that this version understands."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Bulletin)
        except (OSError, msgspec.MsgspecError):
            return None


class Broadcast(BoardKeeper):
    """A watcher that writes a bulletin once a second, and the last one when it is closed.

    A thread of its own writes, so that an epoch that takes minutes in this process is no silence.

    Args:
        write: Takes a bulletin.
        command: What continues the study; empty if no command started it.
        beat_seconds: Time between two bulletins.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        write: Callable[[Bulletin], None],
        *,
        command: str,
        beat_seconds: float = _BEAT_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._write = write
        self._command = command
        self._folder = str(Path.cwd())
        self._beat_seconds = beat_seconds
        self._now = now
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="paribus-bulletin", daemon=True)

    def planned(self, schedule: Schedule) -> None:
        """Write the first bulletin of what is about to be done, and go on."""
        self._board = Board(schedule)
        self._write(self._bulletin(self._board))
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        """Write the last bulletin."""
        self._closed.set()
        if self._board and self._thread.is_alive():
            self._thread.join()
            self._write(replace(self._bulletin(self._board), over=True))

    def _beat(self) -> None:
        while self._board and not self._closed.wait(self._beat_seconds):
            self._write(self._bulletin(self._board))

    def _bulletin(self, board: Board) -> Bulletin:
        return Bulletin(
            snapshot=board.snapshot(),
            command=self._command,
            folder=self._folder,
            written_at=self._now(),
        )
