"""It keeps the promises of every executor."""

from paribus.testing import ExecutorContract
from rested import Rested


class TestRested(ExecutorContract):
    def make(self):
        return Rested(seconds=0)
