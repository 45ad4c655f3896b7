"""The tables that there are."""

from collections.abc import Callable, Mapping

from paribus.errors import ExportError, listed, nearest
from paribus.export._contrasts import contrast_table
from paribus.export._differences import difference_table
from paribus.export._epochs import epoch_table
from paribus.export._export import Export
from paribus.export._runs import run_table
from paribus.export._table import Table

TABLES: Mapping[str, Callable[[Export], Table]] = {
    "runs": run_table,
    "epochs": epoch_table,
    "contrasts": contrast_table,
    "differences": difference_table,
}


def tables(export: Export) -> tuple[Table, ...]:
    """Return all of them."""
    return tuple(make(export) for make in TABLES.values())


def one_table(export: Export, name: str) -> Table:
    """Return the table of that name.

    Raises:
        ExportError: There is none.
    """
    if name not in TABLES:
        raise ExportError(f"no table '{name}'; there are {listed(TABLES)}.{nearest(name, TABLES)}")
    return TABLES[name](export)
