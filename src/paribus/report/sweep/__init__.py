"""What a sweep says: rows and sentences (pure), and tables, Markdown, figures and notebooks made of them."""

from paribus.report.sweep._figure import save_sweep, sweep_charts, sweep_figure, sweep_paths
from paribus.report.sweep._markdown import sweep_markdown
from paribus.report.sweep._notebook import sweep_html
from paribus.report.sweep._rows import SweepScore, sweep_scores
from paribus.report.sweep._terminal import sweep_terminal, sweep_text

__all__ = [
    "SweepScore",
    "save_sweep",
    "sweep_charts",
    "sweep_figure",
    "sweep_html",
    "sweep_markdown",
    "sweep_paths",
    "sweep_scores",
    "sweep_terminal",
    "sweep_text",
]
