"""An executor of one's own: one item after the other, with a rest between, so that a laptop keeps cool."""

import time
from functools import partial

from paribus.executors import Done


class Rested:
    """Works in this process, and rests after every item.

    Args:
        seconds: How long.
    """

    parallel = 1

    def __init__(self, seconds=1.0):
        self._seconds = seconds

    def map(self, job, items):
        work = job.make()
        for item in items:
            yield Done(item, work(job.pack(item), partial(job.heard, item)))
            self._rest(job.waiting)

    def _rest(self, waiting):
        end = time.monotonic() + self._seconds
        while (left := end - time.monotonic()) > 0:
            waiting()  # may raise, to end the work
            time.sleep(min(left, 0.5))
