"""Colors and shapes of arms: an arm's place in the study decides, so that they are the same in every figure."""

from collections.abc import Sequence

_MORE = (
    "#2496a6",
    "#8f9130",
    "#8a94a0",
    "#5f6fe0",
    "#c2603a",
    "#4f9a86",
    "#b3477d",
    "#7f8f4a",
    "#7a78c8",
    "#b08a3c",
    "#5c8fb5",
    "#d9698a",
)
ON_PAPER = (
    "tab:blue",
    "tab:red",
    "tab:green",
    "black",
    "tab:orange",
    "tab:purple",
    "tab:brown",
    "tab:pink",
    *_MORE,
)
"""Matplotlib's colors, the article's first."""
ON_SCREEN = (
    "#4a90d9",
    "#e0524a",
    "#35a163",
    "currentColor",
    "#c97a12",
    "#9a6fd0",
    "#a9746e",
    "#cf5fa8",
    *_MORE,
)
"""The same, each legible on light and dark pages."""
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
"""Of points on a page."""
_MARKERS = ("o", "s", "^", "D", "P", "v", ">", "<")


def paper_color(arms: Sequence[str], arm: str) -> str:
    """Return an arm's color in Matplotlib."""
    return ON_PAPER[arms.index(arm) % len(ON_PAPER)]


def paper_marker(arms: Sequence[str], arm: str) -> str:
    """Return an arm's marker in Matplotlib, for those who do not tell colors apart."""
    return _MARKERS[arms.index(arm) % len(_MARKERS)]
