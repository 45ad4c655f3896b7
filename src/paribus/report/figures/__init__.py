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
from paribus.report.figures._examples import ExampleImage
from paribus.report.figures._look import plain
from paribus.report.figures._looks import Look
from paribus.report.figures._panel import Figure, Material, Panel
from paribus.report.figures._scores import Score, ScoreMean

__all__ = [
    "FIGURES",
    "ClassScore",
    "Cost",
    "CurvePoint",
    "Difference",
    "ExampleImage",
    "Figure",
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
    "figure_named",
    "panels_of",
    "panels_of_curves",
    "paper_figure",
    "plain",
]
