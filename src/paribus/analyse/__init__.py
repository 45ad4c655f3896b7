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
from paribus.analyse._ranges import Range, ranges

__all__ = [
    "Analysis",
    "ArmResult",
    "ContrastResult",
    "Interval",
    "MissingRun",
    "Range",
    "SeedScore",
    "Summary",
    "analyse",
    "ranges",
    "t_interval",
]
