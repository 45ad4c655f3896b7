"""Built-in studies, one file each, and how a study is found by name or file."""

from paribus.studies._find import names, study
from paribus.studies._model import model
from paribus.studies._probe import probe

__all__ = ["model", "names", "probe", "study"]
