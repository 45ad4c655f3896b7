"""Built-in studies, one file each, and how a study is found by name or file."""

from paribus.studies._find import names, study
from paribus.studies._model import model

__all__ = ["model", "names", "study"]
