"""Analysis and runs -> tables (pure) -> files and trackers of other programs (dumb)."""

from paribus.export._export import SCHEMA_VERSION, Export
from paribus.export._exporters import EXPORTERS, Written, write
from paribus.export._frame import frame
from paribus.export._table import Cell, Column, Kind, Table
from paribus.export._tables import TABLES, one_table, tables

__all__ = [
    "EXPORTERS",
    "SCHEMA_VERSION",
    "TABLES",
    "Cell",
    "Column",
    "Export",
    "Kind",
    "Table",
    "Written",
    "frame",
    "one_table",
    "tables",
    "write",
]
