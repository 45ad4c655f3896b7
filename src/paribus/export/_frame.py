"""Tables as data frames."""

from typing import TYPE_CHECKING

from paribus.export._need import needed
from paribus.export._table import Kind, Table

if TYPE_CHECKING:
    import pandas as pd

_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "Int64",
    Kind.NUMBER: "float64",
    Kind.BOOLEAN: "boolean",
    Kind.TIME: "datetime64[us, UTC]",
}


def frame(table: Table) -> "pd.DataFrame":
    """Return a table as a frame: what is not there is missing, and whole numbers stay whole beside it.

    Raises:
        ExportError: pandas is not installed.
    """
    needed("pandas", extra="pandas")
    import pandas as pd

    return pd.DataFrame(
        {
            column.name: pd.Series(table.values(place), dtype=_TYPES[column.kind])
            for place, column in enumerate(table.columns)
        }
    )
