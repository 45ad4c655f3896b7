"""What a contrast looked like at every look that was planned."""

from dataclasses import dataclass

import numpy as np

from paribus.analyse._results import ContrastResult
from paribus.analyse._stage import Rule, Stage
from paribus.evidence import Interval, Sample, at_looks


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A contrast at one look: the mean of `n` differences, and the interval that holds for all looks together."""

    seeds: int
    n: int
    mean: float
    interval: Interval


def readings(result: ContrastResult, stage: Stage) -> tuple[Reading, ...]:
    """Return the contrast at each look so far that brought it new pairs; nothing of a study without planned looks."""
    if stage.rule is not Rule.LOOKS:
        return ()
    read, found = at_looks(stage.information), list[Reading]()
    for look in stage.looks:
        deltas = [result.differences[seed] for seed in stage.seeds[:look] if seed in result.differences]
        if not deltas or (found and len(deltas) == found[-1].n):
            continue
        counts = (*(each.n for each in found), len(deltas))
        delta_S = np.array(deltas, np.float64)
        sample = Sample(delta_S, result.contrast.margin, result.contrast.rises, at_looks=counts)
        found.append(
            Reading(seeds=look, n=len(deltas), mean=float(delta_S.mean()), interval=read(sample).interval)
        )
    return tuple(found)
