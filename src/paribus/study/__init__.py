"""The nouns of a comparison, valid or not constructed."""

from paribus.study._arm import Arm, Builder
from paribus.study._contrast import METRICS, Contrast
from paribus.study._recipe import Recipe
from paribus.study._record import StudyRecord
from paribus.study._study import QUICK, Study

__all__ = ["METRICS", "QUICK", "Arm", "Builder", "Contrast", "Recipe", "Study", "StudyRecord"]
