"""What figures on paper share: words that Matplotlib shows as they are, and legends that leave room."""

import textwrap
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paribus.report._visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLE = "seaborn-v0_8-whitegrid"
_SETTINGS = {
    "font.sans-serif": ["DejaVu Sans"],
    "svg.hashsalt": "paribus",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
}
"""The font that comes with Matplotlib, so that figures are the same everywhere; as TrueType, because journals refuse Type 3."""
_LABEL, _HEADING, _REMARK, _MOST_LINES = 32, 76, 120, 3
"""Characters of a line; lines."""
_MOST_ENTRIES, _MANY = 30, 12
HEIGHT, _LINE_OF_FEW, _LINE_OF_MANY = 4.2, 0.175, 0.15
"""Inches."""


@contextmanager
def on_paper() -> Generator[None]:
    """Draw and save in the style of the article."""
    from matplotlib import style

    with style.context([_STYLE, _SETTINGS]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a box stands for it
        yield


def save_figure(figure: "Figure", file: Path | BytesIO, kind: str, *, dots_per_inch: int) -> None:
    """Write a figure. The same figure gives the same file.

    Args:
        figure: What is written.
        file: Where.
        kind: "png", "svg", "pdf", or another that Matplotlib knows.
        dots_per_inch: Of its pixels, where it has some.

    Raises:
        OSError: It cannot be written.
    """
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    with on_paper():
        figure.savefig(file, format=kind, dpi=dots_per_inch, metadata=undated.get(kind))


def plain(words: str) -> str:
    """Return words that Matplotlib does not take for mathematics."""
    return visible(words).replace("$", r"\$")


def label(words: str) -> str:
    """Return words as they stand beside an axis: on three short lines at most."""
    return plain(_wrapped(words, _LABEL, _MOST_LINES))


def heading(words: str) -> str:
    """Return words as they stand above axes."""
    return plain(_wrapped(words, _HEADING, _MOST_LINES))


def remark(words: str, width: int = _REMARK) -> str:
    """Return words as they stand on one small line of so many characters."""
    return plain(_wrapped(words, width, 1))


def _wrapped(words: str, width: int, most_lines: int) -> str:
    return textwrap.fill(visible(words), width, max_lines=most_lines, placeholder="\N{HORIZONTAL ELLIPSIS}")


def legend(axes: "Axes", handles: Mapping[str, Any]) -> None:
    """Put a legend beside the axes; of very many entries the first ones.

    Args:
        axes: Whose it is.
        handles: What was drawn, by its words.
    """
    shown = dict(list(handles.items())[:_MOST_ENTRIES])
    left_out = len(handles) - len(shown)
    axes.legend(
        list(shown.values()),
        list(map(label, shown)),
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        fontsize=_size(shown),
        title=f"the first {len(shown)} of {len(handles)}" if left_out else None,
    )


def beside_legend(entries: Sequence[str]) -> float:
    """Return how high axes are beside a legend with these words, in inches."""
    shown = entries[:_MOST_ENTRIES]
    line = _LINE_OF_FEW if _size(shown) == "medium" else _LINE_OF_MANY
    lines = sum(label(each).count("\n") + 1.3 for each in shown)
    return max(HEIGHT, 1 + line * lines)


def _size(shown: Sequence[str] | Mapping[str, Any]) -> str:
    return "small" if len(shown) > _MANY else "medium"
