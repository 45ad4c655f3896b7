"""Pages that open without a network: styles, scripts and templates."""

from paribus.report.html._environment import asset, environment
from paribus.report.html._figures import FigureView, PanelView, figure_views, panel_view
from paribus.report.html._page import context, report_html
from paribus.report.html._policy import policy

__all__ = [
    "FigureView",
    "PanelView",
    "asset",
    "context",
    "environment",
    "figure_views",
    "panel_view",
    "policy",
    "report_html",
]
