"""Results as they were last asked for, so that the parts of a page, and all who look at it, share the work."""

from collections import OrderedDict
from threading import Lock

from paribus import lab
from paribus.lab import Result

_MOST = 4
"""Studies of which a result is kept; one of a thousand runs takes some tens of megabytes."""


class Shelf:
    """Keeps the newest results.

    Args:
        store: SQLite file or database URL, which is only read.
    """

    def __init__(self, store: str) -> None:
        self.store = store
        self._kept: OrderedDict[str, tuple[str, Result]] = OrderedDict()
        self._lock = Lock()

    def result(self, study_id: str, seen: str) -> Result:
        """Return a study's result; that which was made before, as long as nothing has been stored since.

        Args:
            study_id: Which.
            seen: What changes whenever something is stored.
        """
        with self._lock:
            stamp, kept = self._kept.get(study_id, ("", None))
            if kept is None or stamp != seen:
                kept = lab.show(study_id, store=self.store)
            self._kept[study_id] = (seen, kept)
            self._kept.move_to_end(study_id)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return kept
