"""How runs are spread over processors: map a function over items, ignorant of training."""

from paribus.executors._base import Executor
from paribus.executors._inline import Inline

__all__ = ["Executor", "Inline"]
