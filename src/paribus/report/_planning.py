"""How many seeds a study takes, as rows and in sentences."""

import math
from typing import NamedTuple

from paribus.analyse import SeedPlan, StudyPlan
from paribus.report._numbers import Scale


class PlanRow(NamedTuple):
    """One contrast's plan."""

    contrast: str
    spread: str
    margin: str
    difference: str
    equivalence: str
    upper: str
    time: str


def plan_rows(made: StudyPlan, cores: int) -> tuple[PlanRow, ...]:
    """Return one row per contrast that can be planned.

    Args:
        made: The plan.
        cores: Of the machine that will train.
    """
    return tuple(_row(each, cores) for each in made.contrasts)


def plan_basis(made: StudyPlan) -> str:
    """Say what the spread is that of."""
    pilots = max((each.pilots for each in made.contrasts), default=0)
    if not pilots:
        return "spread as stated"
    recipe, data = made.study.recipe, made.study.dataset
    return f"spread of pilot runs: {pilots} seeds, {data.n_train:,} training examples of {data.name}, {recipe.epochs} epochs (study {made.study.study_id})"


def plan_sentences(made: StudyPlan, cores: int) -> tuple[str, ...]:
    """Say what the numbers mean, and how long the whole study will take.

    Args:
        made: The plan.
        cores: Of the machine that will train.
    """
    level = made.contrasts[0].level
    pilots = min(each.pilots for each in made.contrasts)
    asked = len(made.contrasts) + len(made.skipped)
    sentences = [
        (
            f"Seeds with which each contrast finds a difference as large as its margin (two-sided, {level:.3g}: .05 for all "
            f"{asked} together), or equivalence where there is none, with probability {made.power:g}."
        ),
    ]
    if pilots:
        sentences.append(
            f"The spread is that of {pilots} pairs, which tell it roughly: with probability .8 the last column is enough."
        )
    sentences += [f"Not planned: {reason}" for reason in made.skipped]
    if made.seeds is None:
        return (*sentences, "No number of seeds that can be named decides all of them: take a larger margin.")
    if not math.isnan(made.seed_seconds):
        whole = duration(made.seeds * made.seed_seconds / cores)
        sentences.append(
            f"{made.seeds:,} seeds of all {len(made.study.arms)} arms take about {whole} on {cores} core{'s' if cores != 1 else ''}."
        )
    return tuple(sentences)


def plan_commands(made: StudyPlan, study: str) -> tuple[str, ...]:
    """Return the commands that carry it out; those that follow a pilot take seeds that nobody has seen."""
    if made.seeds is None:
        return ()
    first = made.fresh_seed
    seeds = f"{first}-{first + made.seeds - 1}" if first else str(made.seeds)
    return (
        f"  paribus run {study} --seeds {seeds} --store planned.db",
        f"  paribus run {study} --until-decided --seeds {seeds} --store planned.db",
    )


def duration(seconds: float) -> str:
    """Return "40 seconds", "12 minutes", "3.5 hours" or "4 days"."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.2g} {unit}"
    return f"{seconds:.0f} seconds"


def _row(each: SeedPlan, cores: int) -> PlanRow:
    scale = Scale(each.contrast.metric)
    seeds = each.seeds
    return PlanRow(
        contrast=str(each.contrast),
        spread=scale.rough(each.spread),
        margin=scale.plain(each.contrast.margin or math.nan),
        difference=_count(each.direction),
        equivalence=_count(each.equivalence),
        upper=_count(each.upper),
        time="unknown"
        if seeds is None or math.isnan(each.pair_seconds)
        else duration(seeds * each.pair_seconds / cores),
    )


def _count(seeds: int | None) -> str:
    return "too many" if seeds is None else f"{seeds:,}"
