"""What is seen of a study while it runs: nothing, a line per finished run, one display in a notebook, or a live table, here or elsewhere."""

from paribus.progress._base import Quiet, Schedule, Watcher
from paribus.progress._board import Board, Passed, RunState, Snapshot
from paribus.progress._both import Both
from paribus.progress._bulletin import SILENT_SECONDS, Broadcast, Bulletin, BulletinFile
from paribus.progress._cell import InCell, in_cell
from paribus.progress._default import default_watcher
from paribus.progress._eta import Eta, duration
from paribus.progress._follow import failures, follow
from paribus.progress._lines import Lines
from paribus.progress._live import Live
from paribus.progress._notebook import Notebook
from paribus.progress._table import SnapshotTable

__all__ = [
    "SILENT_SECONDS",
    "Board",
    "Both",
    "Broadcast",
    "Bulletin",
    "BulletinFile",
    "Eta",
    "InCell",
    "Lines",
    "Live",
    "Notebook",
    "Passed",
    "Quiet",
    "RunState",
    "Schedule",
    "Snapshot",
    "SnapshotTable",
    "Watcher",
    "default_watcher",
    "duration",
    "failures",
    "follow",
    "in_cell",
]
