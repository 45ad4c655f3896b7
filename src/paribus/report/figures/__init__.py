"""Figures: pure rows, and renderers that know nothing else, for paper (Matplotlib) and for pages (Vega-Lite)."""

from paribus.report.figures._catalogue import FIGURES, figure_named, panels_of, paper_figure
from paribus.report.figures._classes import ClassScore
from paribus.report.figures._costs import Cost
from paribus.report.figures._curves import (
    CurvePoint,
    SeedCurve,
    curve_groups,
    curve_panels,
    curve_rows,
    curves_chart,
    draw_curves,
    panels_of_curves,
)
from paribus.report.figures._differences import Difference, SeedDifference
from paribus.report.figures._examples import ExampleImage, Group, example_groups
from paribus.report.figures._looks import Look
from paribus.report.figures._panel import Figure, Material, Panel
from paribus.report.figures._paper import heading, on_paper, save_figure
from paribus.report.figures._scores import Score, ScoreMean

__all__ = [
    "FIGURES",
    "ClassScore",
    "Cost",
    "CurvePoint",
    "Difference",
    "ExampleImage",
    "Figure",
    "Group",
    "Look",
    "Material",
    "Panel",
    "Score",
    "ScoreMean",
    "SeedCurve",
    "SeedDifference",
    "curve_groups",
    "curve_panels",
    "curve_rows",
    "curves_chart",
    "draw_curves",
    "example_groups",
    "figure_named",
    "heading",
    "on_paper",
    "panels_of",
    "panels_of_curves",
    "paper_figure",
    "save_figure",
]
