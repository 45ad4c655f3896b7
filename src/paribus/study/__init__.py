"""The nouns of a comparison, valid or not constructed."""

from paribus.study._arm import Arm, Builder
from paribus.study._contrast import Contrast
from paribus.study._recipe import Precision, Recipe
from paribus.study._record import StudyRecord
from paribus.study._study import QUICK, Study

__all__ = ["QUICK", "Arm", "Builder", "Contrast", "Precision", "Recipe", "Study", "StudyRecord"]
