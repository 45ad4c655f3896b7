"""Analysis -> rows (pure) -> tables and figures (dumb)."""

from paribus.report._curves import CurvePoint, curve_groups, curve_rows, draw_curves
from paribus.report._markdown import markdown
from paribus.report._rows import ArmRow, ContrastRow, arm_rows, contrast_rows, protocol
from paribus.report._save import figure_paths, save_figures
from paribus.report._terminal import PLAIN_WIDTH, terminal, text

__all__ = [
    "PLAIN_WIDTH",
    "ArmRow",
    "ContrastRow",
    "CurvePoint",
    "arm_rows",
    "contrast_rows",
    "curve_groups",
    "curve_rows",
    "draw_curves",
    "figure_paths",
    "markdown",
    "protocol",
    "save_figures",
    "terminal",
    "text",
]
