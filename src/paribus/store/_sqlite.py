"""What SQLite needs: whole transactions, a rollback journal, full synchronisation, and readers that cannot write."""

import contextlib
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event

SQLITE_WAL_RESET = ((3, 7, 0), (3, 51, 2))
"""First and last SQLite whose write-ahead log can be corrupted by a reset; paribus uses no write-ahead log."""

_PATIENCE_SECONDS = 300
"""How long a writer waits for another one: a finished run is worth minutes."""


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite that Python was built with."""
    return sqlite3.sqlite_version_info


def sqlite_engine(path: Path, *, read_only: bool) -> Engine:
    """Return an engine on the file at `path`; a writer makes the file if there is none."""
    if read_only:
        _roll_back_what_a_killed_writer_left(path)
    uri = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rwc'}"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            uri, uri=True, check_same_thread=False, isolation_level=None, timeout=_PATIENCE_SECONDS
        ),
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    def begin_whole_transaction(
        connection: Connection,
    ) -> None:  # Python's sqlite3 would commit each table by itself
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", begin_whole_transaction)
    return engine


def make_durable(engine: Engine) -> None:
    """Set journal and synchronisation; only for a database that is known to be a store."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=DELETE")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()
    finally:
        connection.close()


def _roll_back_what_a_killed_writer_left(path: Path) -> None:
    """Let SQLite undo a half-written transaction, which a reader may not; if it cannot, reading will say so."""
    if path.with_name(f"{path.name}-journal").exists():
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
