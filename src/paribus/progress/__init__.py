"""What is seen of a study while it runs: nothing, a line per finished run, or a live table."""

from paribus.progress._base import Quiet, Schedule, Watcher
from paribus.progress._eta import Eta, duration
from paribus.progress._lines import Lines
from paribus.progress._live import Live

__all__ = ["Eta", "Lines", "Live", "Quiet", "Schedule", "Watcher", "duration"]
