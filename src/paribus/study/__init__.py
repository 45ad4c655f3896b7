"""The nouns of a comparison, valid or not constructed."""

from paribus.study._arm import Arm
from paribus.study._aspects import ASPECTS, SHARED
from paribus.study._budget import MEASURE_WORDS, MEASURES, Budget
from paribus.study._builder import Builder
from paribus.study._contrast import Contrast
from paribus.study._control import CONTROLS, Over, Value, told
from paribus.study._knob import Knob
from paribus.study._probe_checks import directed
from paribus.study._recipe import BatchNorm, Precision, Recipe
from paribus.study._record import Adjust, StudyRecord
from paribus.study._study import QUICK, Study
from paribus.study._sweep import Cell, Sweep, SweepRecord

__all__ = [
    "ASPECTS",
    "CONTROLS",
    "MEASURES",
    "MEASURE_WORDS",
    "QUICK",
    "SHARED",
    "Adjust",
    "Arm",
    "BatchNorm",
    "Budget",
    "Builder",
    "Cell",
    "Contrast",
    "Knob",
    "Over",
    "Precision",
    "Recipe",
    "Study",
    "StudyRecord",
    "Sweep",
    "SweepRecord",
    "Value",
    "directed",
    "told",
]
