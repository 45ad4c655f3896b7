"""The look of terminal tables, and terminals as plain text."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 110
CLASSES = ("class", "examples", "{treatment}, %", "{control}, %", "difference")
EXAMPLES = ("test example", "class", "{treatment} right", "{control} right")
PAIRS = ("seed", "only {treatment} right", "only {control} right", "McNemar, these two models")
"""Headers of what a contrast's arms disagree on."""
ARMS = ("arm", "parameters", "seeds", "test accuracy, %", "by seed", "validation accuracy, %")
CONTRASTS = ("contrast", "metric", "seeds", "difference", "95 % interval", "margin", "verdict", "by seed")
CERTIFICATE = ("aspect", "{treatment}", "{control}", "difference", "standing")
LAYERS = ("layer", "output", "parameters", "MACs", "field", "jump", "padding", "unread")
"""Headers of what else reports tell in tables."""


def named(header: Sequence[str], treatment: str, control: str) -> tuple[str, ...]:
    """Return a header with the arms' names in it."""
    return tuple(title.format(treatment=treatment, control=control) for title in header)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: set[int]) -> Table:
    """Return a table; columns in `numeric` are aligned to the right."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, title in enumerate(header):
        made.add_column(title, justify="right" if place in numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*map(Text, row))  # never markup: names are the user's
    return made


def plain_text(rendered: RenderableType) -> str:
    """Return what a terminal of `PLAIN_WIDTH` columns would show, without colors."""
    console = Console(
        width=PLAIN_WIDTH, color_system=None, force_jupyter=False
    )  # in a notebook it would show it, too
    with console.capture() as capture:
        console.print(rendered)
    return capture.get()
