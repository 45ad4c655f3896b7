"""The look of terminal tables."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: set[int]) -> Table:
    """Return a table; columns in `numeric` are aligned to the right."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, title in enumerate(header):
        made.add_column(title, justify="right" if place in numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*map(Text, row))  # never markup: names are the user's
    return made
