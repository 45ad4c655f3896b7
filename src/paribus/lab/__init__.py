"""The conductor: from a declared study to its result."""

from paribus.lab._design import default_looks
from paribus.lab._files import DEFAULT_STORE, results_directory
from paribus.lab._read import doctor, listings, show, watched
from paribus.lab._results import Audit, Result, Watched
from paribus.lab._run import audit, run

__all__ = [
    "DEFAULT_STORE",
    "Audit",
    "Result",
    "Watched",
    "audit",
    "default_looks",
    "doctor",
    "listings",
    "results_directory",
    "run",
    "show",
    "watched",
]
