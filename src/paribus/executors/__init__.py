"""How runs are spread over processors: do a job to items, ignorant of training."""

from paribus.executors._base import Cause, Done, Executor, Job, Lost, Tell, Work
from paribus.executors._inline import Inline
from paribus.executors._processes import Processes
from paribus.executors._ray import Ray

__all__ = ["Cause", "Done", "Executor", "Inline", "Job", "Lost", "Processes", "Ray", "Tell", "Work"]
