"""RunRecords × Contrasts -> Analysis: arrays in, numbers out."""

from paribus.analyse._analysis import analyse
from paribus.analyse._examples import ClassAccuracy, ExampleAccuracy, Examples, PairOfModels
from paribus.analyse._gate import GateResult
from paribus.analyse._looks import Reading, readings
from paribus.analyse._planning import SeedPlan, StudyPlan, planned_seeds
from paribus.analyse._results import (
    Analysis,
    ArmResult,
    ContrastResult,
    FamilyResult,
    MissingRun,
    SeedScore,
    Summary,
)
from paribus.analyse._stage import Rule, Stage, stage

__all__ = [
    "Analysis",
    "ArmResult",
    "ClassAccuracy",
    "ContrastResult",
    "ExampleAccuracy",
    "Examples",
    "FamilyResult",
    "GateResult",
    "MissingRun",
    "PairOfModels",
    "Reading",
    "Rule",
    "SeedPlan",
    "SeedScore",
    "Stage",
    "StudyPlan",
    "Summary",
    "analyse",
    "planned_seeds",
    "readings",
    "stage",
]
