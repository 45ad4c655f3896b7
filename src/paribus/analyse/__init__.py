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
from paribus.analyse._ranges import Range, ranges
from paribus.evidence import Interval, t_interval

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
