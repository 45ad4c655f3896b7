"""A question that is asked in several cells: what it is in which, and on the mean over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from paribus.analyse._contrasts import Paired, concluded
from paribus.analyse._results import FamilyResult
from paribus.analyse._stage import Stage
from paribus.evidence import Verdict
from paribus.study import Adjust


def families(
    pairs: Sequence[Paired], found: Mapping[str, Verdict], stage: Stage, adjust: Adjust
) -> tuple[FamilyResult, ...]:
    """Return one result for every question that is asked in several cells.

    The mean over cells is taken within each seed that all cells have, so that its spread is that over seeds. The questions are
    adjusted for their own number: they are no further questions of the cells'.

    Args:
        pairs: All contrasts.
        found: What is concluded of them, by label.
        stage: By which rule.
        adjust: For the number of questions.
    """
    members: dict[tuple[str, str], list[Paired]] = {}
    for each in pairs:
        if each.contrast.cell:
            members.setdefault((each.contrast.family, each.contrast.metric), []).append(each)
    several = {key: cells for key, cells in members.items() if len(cells) > 1}
    means = {key: _mean(cells, stage) for key, cells in several.items()}
    by_metric = {metric: [means[key] for key in means if key[1] == metric] for _, metric in means}
    overall = {
        label: verdict
        for same in by_metric.values()
        for label, verdict in concluded(same, stage, adjust).items()
    }
    return tuple(
        FamilyResult(
            family=family,
            metric=metric,
            margin=mean.contrast.margin,
            cells=_by_word(several[family, metric], found),
            verdict=overall[mean.contrast.label],
        )
        for (family, metric), mean in means.items()
    )


def _mean(cells: Sequence[Paired], stage: Stage) -> Paired:
    """Return the mean over cells, within each seed; with their margin, if it is one."""
    first = cells[0]
    seeds = [seed for seed in first.treatment if all(seed in cell.treatment for cell in cells)]
    there = set(seeds)
    margins = {cell.contrast.margin for cell in cells}
    names = [
        name.removesuffix(f", {first.contrast.cell}")
        for name in (first.contrast.treatment, first.contrast.control)
    ]
    return Paired(
        contrast=replace(
            first.contrast,
            treatment=names[0],
            control=names[1],
            cell="",
            margin=margins.pop() if len(margins) == 1 else None,
        ),
        treatment={seed: sum(cell.treatment[seed] for cell in cells) / len(cells) for seed in seeds},
        control={seed: sum(cell.control[seed] for cell in cells) / len(cells) for seed in seeds},
        undefined=(),
        at_looks=tuple(
            sum(seed in there for seed in stage.seeds[:look])
            for look in stage.looks[: min(len(cell.at_looks) for cell in cells)]
        ),
    )


def _by_word(cells: Sequence[Paired], found: Mapping[str, Verdict]) -> dict[str, tuple[str, ...]]:
    words: dict[str, list[str]] = {}
    for cell in cells:
        words.setdefault(found[cell.contrast.label].word.value, []).append(cell.contrast.cell)
    return {word: tuple(names) for word, names in words.items()}
