"""Inline keeps the family's contract."""

from paribus.executors import Executor, Inline
from paribus.testing import ExecutorContract


class TestInline(ExecutorContract):
    def make(self) -> Executor:
        return Inline()
