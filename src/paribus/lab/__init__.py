"""The conductor: from a declared study to its result."""

from paribus.lab._baseline import read_baseline
from paribus.lab._design import default_looks
from paribus.lab._gate import gate, update_baseline
from paribus.lab._geometry import ModelGeometry, arm_geometries, model_geometry
from paribus.lab._places import DEFAULT_STORE, results_directory
from paribus.lab._planning import plan_seeds
from paribus.lab._probe import probe
from paribus.lab._read import all_watched, doctor, kept_weights, listings, show, watched
from paribus.lab._results import Audit, Result, Watched
from paribus.lab._run import audit, run
from paribus.lab._sweep import sweep
from paribus.lab._sweep_result import SweepResult

__all__ = [
    "DEFAULT_STORE",
    "Audit",
    "ModelGeometry",
    "Result",
    "SweepResult",
    "Watched",
    "all_watched",
    "arm_geometries",
    "audit",
    "default_looks",
    "doctor",
    "gate",
    "kept_weights",
    "listings",
    "model_geometry",
    "plan_seeds",
    "probe",
    "read_baseline",
    "results_directory",
    "run",
    "show",
    "sweep",
    "update_baseline",
    "watched",
]
