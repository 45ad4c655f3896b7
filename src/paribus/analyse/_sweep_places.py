"""At which values of a control arms change places, and how many training rows one saves against another."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from paribus.analyse._results import Analysis, ArmResult, ContrastResult
from paribus.analyse._sweep_results import Crossovers, Saving
from paribus.analyse._sweep_rule import judged, radius
from paribus.evidence import crossings, need, not_excluded
from paribus.study import SweepRecord

_FEWEST = 2


class _Whole(NamedTuple):
    """Values and seeds without gaps: what of two arms can be interpolated.

    Attributes:
        values: Those at which the arms have at least two seeds in common.
        seeds: Those that both arms have at all of these.
        treatment: Scores. Shape `(S, C)`.
        control: Scores of the same.
        radii: Half widths of intervals, in standard deviations.
    """

    values: tuple[float, ...]
    seeds: tuple[int, ...]
    treatment: NDArray[np.float64]
    control: NDArray[np.float64]
    radii: tuple[float, ...]


def crossovers(
    sweep: SweepRecord, cells: Sequence[Analysis], results: Sequence[ContrastResult]
) -> Crossovers | None:
    """Return where a contrast's arms change places; None where that cannot be told of any value.

    Args:
        sweep: Its values.
        cells: The analysis at each.
        results: The contrast's.
    """
    whole = _whole(sweep, cells, results)
    if whole is None:
        return None
    delta_SxC = whole.treatment - whole.control
    return Crossovers(
        at=crossings(delta_SxC.mean(axis=0), whole.values),
        spans=not_excluded(delta_SxC, whole.values, radius_C=whole.radii),
        seeds=whole.seeds,
        values=whole.values,
    )


def savings(
    sweep: SweepRecord, cells: Sequence[Analysis], results: Sequence[ContrastResult]
) -> tuple[Saving, ...]:
    """Return how many training rows the treatment needs for what the control reaches at every value.

    Args:
        sweep: Its values; of a sweep over anything but training rows there is nothing to return.
        cells: The analysis at each.
        results: The contrast's.
    """
    whole = _whole(sweep, cells, results) if sweep.over == "n_train" else None
    if whole is None:
        return ()
    rises = results[0].contrast.rises
    found: list[Saving] = []
    for place, value in enumerate(whole.values):
        short_SxC = whole.treatment - whole.control[:, [place]]
        wider = [max(each, whole.radii[place]) for each in whole.radii]
        needed = need(short_SxC, whole.values, radius_C=wider, rises=rises)
        found.append(Saving(n=int(value), needed=needed.value, spans=needed.spans))
    return tuple(found)


def _whole(sweep: SweepRecord, cells: Sequence[Analysis], results: Sequence[ContrastResult]) -> _Whole | None:
    kept = [place for place, result in enumerate(results) if len(result.differences) >= _FEWEST]
    if not sweep.is_number or len(kept) < _FEWEST:
        return None
    seeds = tuple(
        seed
        for seed in results[kept[0]].differences
        if all(seed in results[place].differences for place in kept)
    )
    if len(seeds) < _FEWEST:
        return None
    contrast = results[0].contrast

    def scores(name: str) -> NDArray[np.float64]:
        columns = [_by_seed(cells[place], name, contrast.metric) for place in kept]
        return np.array([[column[seed] for column in columns] for seed in seeds], np.float64)

    return _Whole(
        values=tuple(float(cast("float", sweep.values[place])) for place in kept),
        seeds=seeds,
        treatment=scores(contrast.treatment),
        control=scores(contrast.control),
        radii=tuple(radius(judged([cells[place].stage.rule]), len(seeds)) for place in kept),
    )


def _by_seed(cell: Analysis, name: str, metric: str) -> dict[int, float]:
    arm: ArmResult = next(each for each in cell.arms if each.arm == name)
    return {seed.seed: seed.metrics[metric] for seed in arm.seeds}
