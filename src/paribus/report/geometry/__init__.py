"""What a layer does to its input, in words, tables, maps and pictures."""

from paribus.report.geometry._code import keras_line, torch_lines
from paribus.report.geometry._facts import AxisRow, axis_rows, facts, layer_json
from paribus.report.geometry._map import Cell, coverage_map, map_rows
from paribus.report.geometry._model import ModelRow, is_known, model_rows, model_warnings
from paribus.report.geometry._picture import layer_svg
from paribus.report.geometry._settings import LayerSettings, settings_of, times
from paribus.report.geometry._stack import stack_svg
from paribus.report.geometry._svg import HATCH, STYLE, nested_style, rectangle, words

__all__ = [
    "HATCH",
    "STYLE",
    "AxisRow",
    "Cell",
    "LayerSettings",
    "ModelRow",
    "axis_rows",
    "coverage_map",
    "facts",
    "is_known",
    "keras_line",
    "layer_json",
    "layer_svg",
    "map_rows",
    "model_rows",
    "model_warnings",
    "nested_style",
    "rectangle",
    "settings_of",
    "stack_svg",
    "times",
    "torch_lines",
    "words",
]
