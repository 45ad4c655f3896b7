"""Pilot runs say how many seeds a study takes."""

import math
from dataclasses import replace

import pytest

from paribus.analyse import planned_seeds
from paribus.evidence import seeds_for, seeds_for_equivalence
from paribus.report import plan_commands, plan_rows, plan_sentences
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun


def test_seeds_follow_from_the_pilots_spread(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Spread .01, margin .01: d_z = 1; what four pairs tell of the spread is told, too."""
    deltas = (0.0, 0.01, 0.02, 0.01)
    records = [
        make_run(arm, seed, 0.9 + delta * (arm == "wide"))
        for seed, delta in enumerate(deltas)
        for arm in ("flat", "wide")
    ]
    made = planned_seeds(study_record, records)
    (plan,) = made.contrasts
    effect = 0.01 / plan.spread
    assert (seeds_for(effect), seeds_for_equivalence(effect)) == (plan.direction, plan.equivalence)
    assert plan.upper is not None
    assert plan.seeds is not None
    assert plan.upper > plan.seeds
    assert (4, 20.0, 20.0, 4) == (plan.pilots, plan.pair_seconds, made.seed_seconds, made.fresh_seed)


def test_a_stated_spread_needs_no_runs(study_record: StudyRecord) -> None:
    """How long it takes is not known, then."""
    made = planned_seeds(study_record, [], stated_spread=0.02, margin=0.01, power=0.9)
    (plan,) = made.contrasts
    assert seeds_for(0.5, wanted=0.9) == plan.direction
    assert math.isnan(made.seed_seconds)
    assert "unknown" == plan_rows(made, 2)[0].time


def test_several_contrasts_are_planned_for_all_of_them_together(study_record: StudyRecord) -> None:
    """Two at .025 each."""
    study = replace(
        study_record, contrasts=(Contrast("wide", "flat", margin=0.01), Contrast("flat", "wide", margin=0.01))
    )
    plans = planned_seeds(study, [], stated_spread=0.02).contrasts
    assert [seeds_for(0.5, alpha=0.025)] * 2 == [plan.direction for plan in plans]


@pytest.mark.parametrize("accuracy", [0.9, math.nan])
def test_one_pair_or_none_tells_no_spread(
    study_record: StudyRecord, make_run: MakeRun, accuracy: float
) -> None:
    """So there is no plan."""
    records = [make_run(arm, 0, accuracy) for arm in ("flat", "wide")]
    assert () == planned_seeds(study_record, records).contrasts


def test_the_plan_is_carried_out_with_seeds_that_nobody_has_seen(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """Those after the pilot's, in a store of their own."""
    records = [
        make_run(arm, seed, 0.9 + 0.01 * seed * (arm == "wide"))
        for seed in range(3)
        for arm in ("flat", "wide")
    ]
    made = planned_seeds(study_record, records)
    assert made.seeds is not None
    assert (
        f"  paribus run small --seeds 3-{2 + made.seeds} --store planned.db"
        == plan_commands(made, "small")[0]
    )
    assert any(
        f"{made.seeds} seeds of all 2 arms take about" in sentence for sentence in plan_sentences(made, 2)
    )
