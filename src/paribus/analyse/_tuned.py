"""Each arm at the learning rate of its own: selected on validation data, reported on test data."""

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from paribus.analyse._results import Analysis
from paribus.analyse._sweep_results import Tuned, TunedArm, TunedContrast
from paribus.analyse._sweep_rule import generator, judged, reader
from paribus.evidence import Sample, Verdict, verdicts
from paribus.study import Contrast, SweepRecord

_SELECTED_BY = "validation_accuracy"


def tuned(sweep: SweepRecord, cells: Sequence[Analysis]) -> Tuned:
    """Say what becomes of a study's contrasts when each arm has the rate at which it validates best.

    All arms are tuned alike: on the same rates, with the same seeds, by the mean validation accuracy over seeds. Test data are not
    looked at for that. Pairs are by seed, each arm's run at its own rate.

    Args:
        sweep: Its values are learning rates.
        cells: The analysis at each.
    """
    rates = tuple(cast("float", value) for value in sweep.values)
    arms = tuple(_selected(place, rates, cells) for place in range(len(cells[0].arms)))
    own = next((rate for rate in rates if np.float32(rate) == np.float32(sweep.own or math.nan)), None)
    common = _best_for_all(arms, rates) if own is None else own
    at_common = cells[rates.index(common)].verdicts
    return Tuned(
        arms=arms,
        contrasts=tuple(_contrasts(arms, rates, cells, at_common)),
        common=common,
        common_is_own=own is not None,
    )


def _selected(place: int, rates: Sequence[float], cells: Sequence[Analysis]) -> TunedArm:
    """Return the rate with the highest mean validation accuracy, of those at which most seeds were completed."""
    found = [[seed.metrics[_SELECTED_BY] for seed in cell.arms[place].seeds] for cell in cells]
    accuracies = [[score for score in scores if math.isfinite(score)] for scores in found]
    validation = {
        rate: float(np.mean(found)) if found else math.nan
        for rate, found in zip(rates, accuracies, strict=True)
    }
    most = max(map(len, accuracies))
    whole = [rate for rate, found in zip(rates, accuracies, strict=True) if most and len(found) == most]
    rate = max(whole, key=lambda rate: (validation[rate], -rate), default=None)
    return TunedArm(
        arm=cells[0].arms[place].arm,
        rate=rate,
        validation=validation,
        at_edge=rate in {rates[0], rates[-1]},
        passed_over=tuple(each for each in rates if most and each not in whole),
    )


def _best_for_all(arms: Sequence[TunedArm], rates: Sequence[float]) -> float:
    """Return the rate with the highest validation accuracy on the mean over arms; the first if none has all of them."""

    def mean(rate: float) -> float:
        found = float(np.mean([arm.validation[rate] for arm in arms]))
        return -math.inf if math.isnan(found) else found

    return max(rates, key=lambda rate: (mean(rate), -rate))


def _contrasts(
    arms: Sequence[TunedArm],
    rates: Sequence[float],
    cells: Sequence[Analysis],
    at_common: Mapping[str, Verdict],
) -> "list[TunedContrast]":
    by_name = {arm.arm: arm for arm in arms}
    contrasts = cells[0].study.contrasts
    used = {arm.rate for arm in arms if arm.rate is not None}
    rule = judged(cells[rates.index(rate)].stage.rule for rate in used)
    differences = {contrast.label: _differences(contrast, by_name, rates, cells) for contrast in contrasts}
    found: dict[str, Verdict] = {}
    for metric in dict.fromkeys(contrast.metric for contrast in contrasts):
        family = [contrast for contrast in contrasts if contrast.metric == metric]
        samples = [
            Sample(np.array(list(differences[each.label].values()), np.float64), each.margin, each.rises)
            for each in family
        ]
        labels = [each.label for each in family]
        found |= zip(labels, verdicts(samples, read=reader(rule), rng=generator(*labels)), strict=True)
    return [
        TunedContrast(
            contrast=contrast,
            differences=differences[contrast.label],
            verdict=found[contrast.label],
            rule=rule,
            common=at_common[contrast.label],
        )
        for contrast in contrasts
    ]


def _differences(
    contrast: Contrast, arms: Mapping[str, TunedArm], rates: Sequence[float], cells: Sequence[Analysis]
) -> dict[int, float]:
    """Return treatment minus control by seed, each at its own rate."""

    def scores(name: str) -> dict[int, float]:
        rate = arms[name].rate
        if rate is None:
            return {}
        cell = cells[rates.index(rate)]
        arm = next(each for each in cell.arms if each.arm == name)
        return {
            seed.seed: seed.metrics[contrast.metric]
            for seed in arm.seeds
            if math.isfinite(seed.metrics[contrast.metric])
        }

    treatment, control = scores(contrast.treatment), scores(contrast.control)
    return {seed: treatment[seed] - control[seed] for seed in treatment if seed in control}
