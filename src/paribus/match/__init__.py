"""Arm × budgets -> the sizes at which the arm meets them. Whoever can build arms says what a size costs."""

from paribus.match._goal import Goal
from paribus.match._matched import matched
from paribus.match._point import Found, Measure, Point
from paribus.match._search import search

__all__ = ["Found", "Goal", "Measure", "Point", "matched", "search"]
