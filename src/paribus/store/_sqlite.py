"""What SQLite needs: a rollback journal, full synchronisation, and readers that cannot write."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event

SQLITE_WAL_RESET = ((3, 7, 0), (3, 51, 2))
"""First and last SQLite whose write-ahead log can be corrupted by a reset; paribus uses no write-ahead log."""


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite that Python was built with."""
    return sqlite3.sqlite_version_info


def sqlite_engine(path: Path, *, read_only: bool) -> Engine:
    """Return an engine on the file at `path`; a writer makes the file if there is none."""
    uri = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rwc'}"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True, check_same_thread=False)
    )
    if not read_only:
        event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=FULL")
