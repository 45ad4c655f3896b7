"""Tables as comma-separated values."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from paribus.export._export import Export
from paribus.export._package import package, table_resource
from paribus.export._replace import MARKER
from paribus.export._table import Cell, Kind, Table
from paribus.export._tables import tables

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How text begins that spreadsheets take for formulas, which can run programs; the last four are wide signs."""
_GUARD = "'"
_TELLING = 4
"""So many columns tell a table from other people's."""
_NOTE = (
    "Text is quoted, numbers are not, and what is not there is empty. Text that begins with =, +, -, @ (wide ones, too), a tab, a "
    "line's end or an apostrophe has an apostrophe in front, so that spreadsheets do not take it for a formula: take one off to have it as it was."
)


def csv_text(table: Table) -> str:
    """Return a table as UTF-8 text: a header, one line per row, each ended by a line feed.

    Numbers have as many digits as it takes to read the same number again; `NaN`, `INF` and `-INF` where one was measured, and nothing where
    there is none.

    Source:
        RFC 4180; Table Schema for numbers; OWASP, CSV injection.
    """
    header = ",".join(_text(column.name) for column in table.columns)
    kinds = [column.kind for column in table.columns]
    lines = (",".join(map(_cell, kinds, row)) for row in table.rows)
    return "".join(f"{line}\n" for line in [header, *lines])


def unguarded(text: str) -> str:
    """Return text as it was before it was guarded."""
    return text.removeprefix(_GUARD)


def is_csv(content: bytes, export: Export) -> bool:
    """Whether a file's content is one of the tables, by the columns it begins with."""
    headers = (table.columns[:_TELLING] for table in tables(export))
    return content.startswith(
        tuple(",".join(_text(column.name) for column in header).encode() for header in headers)
    )


def write_csv(export: Export, folder: Path) -> None:
    """Write every table, and what its columns hold, into an empty folder."""
    made = tables(export)
    for table in made:
        write_csv_table(table, folder / f"{table.name}.csv")
    described = package(export, "csv", [_resource(table) for table in made], note=_NOTE)
    (folder / MARKER).write_bytes(described)


def write_csv_table(table: Table, file: Path) -> None:
    """Write one table."""
    file.write_text(csv_text(table), encoding="utf-8", newline="")


def _resource(table: Table) -> dict[str, Any]:
    return table_resource(
        table,
        f"{table.name}.csv",
        format="csv",
        mediatype="text/csv",
        encoding="utf-8",
        profile="tabular-data-resource",
    )


def _cell(kind: Kind, value: Cell) -> str:
    return "" if value is None else _WRITERS[kind](value)


def _text(value: Cell) -> str:
    text = str(value)
    guarded = _GUARD + text if text.startswith((*FORMULA, _GUARD)) else text
    return '"' + guarded.replace('"', '""') + '"'


def _number(value: Cell) -> str:
    number = float(value) if isinstance(value, float | int) else math.nan
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "INF" if number > 0 else "-INF"
    return repr(number)


def _time(value: Cell) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


_WRITERS: Mapping[Kind, Callable[[Cell], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: str,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.TIME: _time,
}
