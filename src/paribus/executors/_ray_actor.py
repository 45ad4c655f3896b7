"""What lives on a node of a Ray cluster."""

import contextlib
import os
import threading
from pathlib import Path
from typing import Any

from paribus.executors._messages import Raised, Returned, Told
from paribus.executors._parcel import Parcel
from paribus.executors._ray_cluster import this_node

Said = Told | Returned | Raised


class Actor:
    """Works in a thread of its own, and says what it has to say when it is asked.

    Nothing of the user's runs before it has been asked where it is, so that what ends it earlier is not an item's doing.

    Args:
        sent: A parcel: what makes the work.
    """

    def __init__(self, sent: tuple[bytes, list[bytes]]) -> None:
        self._parcel = Parcel(*sent)
        self._work: Any = None
        self._home = Path.cwd()
        self._said: list[Said] = []
        self._news = threading.Condition()

    def place(self) -> str:
        """Return the id of its node."""
        return this_node()

    def begin(self, packed: Any) -> list[Said]:
        """Begin to work on it, and say nothing yet."""
        threading.Thread(target=self._run, args=(packed,), daemon=True).start()
        return []

    def listen(self) -> list[Said]:
        """Wait until there is news, and return all of it."""
        with self._news:
            self._news.wait_for(lambda: self._said)
            said, self._said = self._said, []
        return said

    def _run(self, packed: Any) -> None:
        try:
            if self._work is None:
                self._work = self._parcel.open()()
            answer: Said = Returned(self._work(packed, self._tell))
        except Exception as error:  # noqa: BLE001 -- told to whoever asked, who ends everything
            answer = Raised(f"{type(error).__name__}: {error}")
        except BaseException:  # noqa: BLE001 -- what ends a program ends this one
            os._exit(1)
        with contextlib.suppress(OSError):
            os.chdir(self._home)
        self._say(answer)

    def _tell(self, message: Any) -> None:
        self._say(Told(message))

    def _say(self, message: Said) -> None:
        with self._news:
            self._said.append(message)
            self._news.notify()
