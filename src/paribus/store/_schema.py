"""The tables. A change that older versions cannot read raises `SCHEMA_VERSION`; a new table does not."""

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, inspect

SCHEMA_VERSION = 1

metadata = MetaData()

schema = Table("paribus_schema", metadata, Column("version", Integer, primary_key=True))

studies = Table(
    "studies",
    metadata,
    Column("study_id", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("last_run_at", String, nullable=False),
    Column("record", LargeBinary, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("study_id", String, primary_key=True),
    Column("arm", String, primary_key=True),
    Column("seed", Integer, primary_key=True),
    Column("run_id", String, nullable=False, index=True),
)

designs = Table(
    "designs",
    metadata,
    Column("study_id", String, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    Column("study_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)

images = Table(
    "images",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("example", Integer, primary_key=True),
    Column("png", LargeBinary, nullable=False),
)

probes = Table(
    "probes",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("identity", String, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)

weights = Table(
    "weights",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("digest", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("record", LargeBinary, nullable=False),
)


def has_table(connection: Connection, table: Table) -> bool:
    """Whether a store that may be older has the table."""
    return inspect(connection).has_table(table.name)
