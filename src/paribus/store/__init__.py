"""RunRecords <-> database."""

from paribus.store._checkpoints import Checkpoints
from paribus.store._sqlite import SQLITE_WAL_RESET, sqlite_version
from paribus.store._store import Member, Store, StudyListing

__all__ = ["SQLITE_WAL_RESET", "Checkpoints", "Member", "Store", "StudyListing", "sqlite_version"]
