"""RunRecords × Contrasts -> Analysis: arrays in, numbers out."""

from paribus.analyse._analysis import (
    Analysis,
    ArmResult,
    ContrastResult,
    MissingRun,
    SeedScore,
    Summary,
    analyse,
)
from paribus.analyse._intervals import Interval, t_interval
from paribus.analyse._metrics import final_metric

__all__ = [
    "Analysis",
    "ArmResult",
    "ContrastResult",
    "Interval",
    "MissingRun",
    "SeedScore",
    "Summary",
    "analyse",
    "final_metric",
    "t_interval",
]
