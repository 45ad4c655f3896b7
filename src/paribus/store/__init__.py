"""RunRecords <-> database."""

from paribus.store._checkpoints import Checkpoints
from paribus.store._listings import StudyListing
from paribus.store._sqlite import SQLITE_WAL_RESET, sqlite_version
from paribus.store._store import Member, Store
from paribus.store._weights import KeptFile, Weights

__all__ = [
    "SQLITE_WAL_RESET",
    "Checkpoints",
    "KeptFile",
    "Member",
    "Store",
    "StudyListing",
    "Weights",
    "sqlite_version",
]
