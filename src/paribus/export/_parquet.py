"""Tables as Parquet."""

from pathlib import Path
from typing import Any

import msgspec

from paribus.export._export import Export, origin
from paribus.export._need import needed
from paribus.export._package import package, table_resource
from paribus.export._replace import MARKER
from paribus.export._table import Column, Kind, Table
from paribus.export._tables import tables

_MAGIC = b"PAR1"
_ORIGIN = b'"schema":"paribus-export"'


def arrow_table(table: Table, about: dict[str, str | int]) -> Any:
    """Return a `pyarrow.Table`: what is not there is null, and a number that is not one stays what it is.

    Args:
        table: Its rows.
        about: Where they come from; kept in the schema under `paribus`, as what columns mean is in theirs.

    Raises:
        ExportError: pyarrow is not installed.
    """
    pa = needed("pyarrow", extra="parquet")
    types: dict[Kind, Any] = {
        Kind.TEXT: pa.string(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.TIME: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema(
        [pa.field(column.name, types[column.kind], metadata=_meaning(column)) for column in table.columns],
        metadata={"paribus": msgspec.json.encode(about)},
    )
    arrays = [
        pa.array(table.values(place), type=types[column.kind], from_pandas=False)
        for place, column in enumerate(table.columns)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def is_parquet(content: bytes) -> bool:
    """Whether a file's content is one of the tables, by what is known of their origin."""
    return content.startswith(_MAGIC) and _ORIGIN in content


def write_parquet(export: Export, folder: Path) -> None:
    """Write every table, and what its columns hold, into an empty folder."""
    made = tables(export)
    for table in made:
        write_parquet_table(export, table, folder / f"{table.name}.parquet")
    resources = [table_resource(table, f"{table.name}.parquet", format="parquet") for table in made]
    (folder / MARKER).write_bytes(package(export, "parquet", resources))


def write_parquet_table(export: Export, table: Table, file: Path) -> None:
    """Write one table."""
    parquet = needed("pyarrow.parquet", extra="parquet")
    parquet.write_table(arrow_table(table, origin(export)), file)


def _meaning(column: Column) -> dict[str, str]:
    return {"description": column.about} | ({"unit": column.unit} if column.unit else {})
