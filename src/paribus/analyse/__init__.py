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
from paribus.analyse._sweep import analyse_sweep
from paribus.analyse._sweep_results import (
    ArmCurve,
    ArmPoint,
    CellVerdict,
    Crossovers,
    Limit,
    Saving,
    SweepAnalysis,
    SweepContrast,
    Tuned,
    TunedArm,
    TunedContrast,
)

__all__ = [
    "Analysis",
    "ArmCurve",
    "ArmPoint",
    "ArmResult",
    "CellVerdict",
    "ClassAccuracy",
    "ContrastResult",
    "Crossovers",
    "ExampleAccuracy",
    "Examples",
    "FamilyResult",
    "GateResult",
    "Limit",
    "MissingRun",
    "PairOfModels",
    "Reading",
    "Rule",
    "Saving",
    "SeedPlan",
    "SeedScore",
    "Stage",
    "StudyPlan",
    "Summary",
    "SweepAnalysis",
    "SweepContrast",
    "Tuned",
    "TunedArm",
    "TunedContrast",
    "analyse",
    "analyse_sweep",
    "planned_seeds",
    "readings",
    "stage",
]
