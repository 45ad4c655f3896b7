"""A sweep in sentences: what all cells share, what may be concluded, and what limits it."""

import math
from collections.abc import Iterator

from paribus.analyse import Crossovers, Limit, Rule, SweepAnalysis, SweepContrast, Tuned
from paribus.records import Severity
from paribus.report._numbers import Scale
from paribus.report.sweep._places import ANYWHERE, is_whole, place, spans_told, values_told
from paribus.study import told

OWN = "* as the study is declared."
_NEEDS = (
    "How many rows {treatment} needs to be as good as {control} is with n; {title}. Sets of 95 % each, by Student's t of each seed's curve, "
    "interpolated over the logarithm; they can be without end, or in parts."
)


def headline(analysis: SweepAnalysis) -> str:
    """Return what was repeated over what."""
    sweep = analysis.sweep
    return f"{sweep.name} over {sweep.over}: {sweep.question}"


def sweep_protocol(analysis: SweepAnalysis) -> str:
    """Return in one line what all cells share, and the values."""
    first, over = analysis.studies[0], analysis.sweep.over
    optimizer = first.recipe.optimizer
    name = optimizer if isinstance(optimizer, str) else optimizer["class_name"]
    shared = {
        "n_train": f"{first.dataset.n_train:,} train, {first.dataset.n_validation:,} validation",
        "test": f"{first.dataset.n_test:,} test",
        "pixels": {"raw": "raw pixels", "unit": "pixels divided by 255"}[first.dataset.pixels],
        "optimizer": name,
        "batch": f"batch {first.recipe.batch_size}",
        "epochs": f"{first.recipe.epochs} epochs",
    }
    values = ", ".join(map(told, analysis.sweep.values))
    seeds = len(analysis.seeds)
    return "; ".join(
        [
            f"{analysis.sweep.title}: {values}",
            first.dataset.name,
            *(words for key, words in shared.items() if key != over),
            f"{seeds} seed{'s' if seeds != 1 else ''}",
        ]
    )


def overall_sentence(contrast: SweepContrast, analysis: SweepAnalysis) -> str:
    """Say what a contrast is at which values, and on their mean."""
    scale, verdict = Scale(contrast.contrast.metric), contrast.overall
    by_word: dict[str, list[str]] = {}
    for cell in contrast.cells:
        by_word.setdefault(cell.verdict.word.value, []).append(told(cell.value))
    everywhere = len(by_word) == 1
    at = "; ".join(
        f"{word} at {'all values' if everywhere else ', '.join(values)}" for word, values in by_word.items()
    )
    if math.isnan(verdict.mean):
        return f"{at}. No seed has all values, so there is no mean over them."
    mean = f"{scale.signed(verdict.mean)}{scale.unit} ({scale.interval(verdict.interval)})"
    return f"{at}. On the mean over these {len(analysis.sweep.values)} values {verdict.word.value}: {mean}."


def crossover_sentence(contrast: SweepContrast, analysis: SweepAnalysis) -> str:
    """Say where a contrast's arms change places, and where that is not excluded; nothing where values are no numbers."""
    found = contrast.crossovers
    if not analysis.sweep.is_number:
        return ""
    if found is None:
        return "Where the arms change places cannot be told without two seeds at two values."
    over, whole = analysis.sweep.over, is_whole(analysis.sweep.values)
    not_excluded = spans_told(found.spans, whole=whole)
    if found.at:
        at = ", and again at ".join(place(value, whole=whole) for value in found.at)
        return f"{_who(contrast, found)} at {over} {at}; 95 % set: {not_excluded}."
    if not found.spans:
        first, last = (told(value) for value in (analysis.sweep.values[0], analysis.sweep.values[-1]))
        return f"The arms do not change places between {over} {first} and {last}: 95 % set empty."
    where = not_excluded if not_excluded == ANYWHERE else f"{over} {not_excluded}"
    return f"The mean difference keeps its sign; a change of places is not excluded at {where}."


def _who(contrast: SweepContrast, found: Crossovers) -> str:
    """Return who overtakes whom first."""
    means = [cell.verdict.mean for cell in contrast.cells if cell.value in found.values]
    first = next(mean for mean in means if mean)
    names = (contrast.contrast.treatment, contrast.contrast.control)
    ahead, behind = names if (first < 0) == contrast.contrast.rises else names[::-1]
    return f"{ahead} overtakes {behind}"


def saving_title(contrast: SweepContrast) -> str:
    """Return the heading of a table of rows saved."""
    asked = contrast.contrast
    return _NEEDS.format(
        treatment=asked.treatment, control=asked.control, title=asked.metric.replace("_", " ")
    )


def tuned_sentences(found: Tuned) -> Iterator[str]:
    """Say how rates were selected, what that leaves out, and whether verdicts hold."""
    for each in found.contrasts:
        own, common = each.verdict.word.value, each.common.word.value
        if own == common:
            yield f"{each.contrast.label}: {own} at the common rate and at each arm's own best one: the verdict holds."
        else:
            yield f"{each.contrast.label}: {common} at the common rate, {own} at each arm's own best one: the verdict depends on the rate."
    why = "the study's own" if found.common_is_own else "the best on the mean over arms"
    yield f"The common rate is {told(found.common)}, {why}."
    yield (
        "Each arm has the rate with the highest mean validation accuracy over seeds, of equal ones the smaller; all arms were tuned on the same "
        "rates with the same seeds, and test data were not asked. Intervals take the rates as given: that other seeds might have "
        "selected others is not in them."
    )


def tuned_cautions(found: Tuned) -> Iterator[str]:
    """Say which selected rates lie at the edge, and which were passed over."""
    for arm in found.arms:
        if arm.rate is None:
            yield f"{arm.arm}: no run was completed at any rate."
        elif arm.at_edge:
            yield (
                f"{arm.arm}: its rate, {told(arm.rate)}, lies at the edge of those tried, so a better one may lie beyond; widen the grid."
            )
        if arm.passed_over:
            passed = ", ".join(map(told, arm.passed_over))
            yield f"{arm.arm}: passed over {passed}, where fewer seeds were completed than at other rates."


def limit_sentence(limit: Limit, analysis: SweepAnalysis) -> str:
    """Return what limits a sweep, with the values."""
    where = values_told(limit.values, analysis.sweep.values)
    if limit.severity is None:
        return f"{where}: {limit.sentence}"
    about = f", {limit.about}" if limit.about else ""
    example = f"At {told(limit.values[0])}: " if len(limit.values) > 1 else ""
    remedy = f" \N{RIGHTWARDS ARROW} {limit.remedy}" if limit.severity is Severity.UNFAIR else ""
    kind = limit.kind.replace("_", " ")
    return f"{limit.severity.value}{about}, {where}: {kind}. {example}{limit.sentence}{remedy}"


def weighty_limits(analysis: SweepAnalysis) -> tuple[Limit, ...]:
    """Return caveats and what is unfair."""
    return tuple(limit for limit in analysis.limits if limit.severity is not Severity.CAUTION)


def cautions_told(analysis: SweepAnalysis) -> str:
    """Return how many findings are left out in a terminal; empty if there are none."""
    count = len(analysis.limits) - len(weighty_limits(analysis))
    return f"and {count} caution{'s' if count != 1 else ''}, in the summary." if count else ""


def sweep_scope(analysis: SweepAnalysis) -> str:
    """Return in sentences by which rule it was judged, for which families it was adjusted, and what it is about."""
    values, contrasts = len(analysis.sweep.values), len(analysis.contrasts)
    rules = {cell.rule for each in analysis.contrasts for cell in each.cells}
    rule = (
        Rule.FIXED.sentence
        if rules <= {Rule.FIXED}
        else "Student's t, paired by seed, where the seeds are those that were planned for the cell; elsewhere intervals hold at any time."
    )
    mean = f", those on the mean over values for {contrasts} contrasts" if contrasts > 1 else ""
    data = analysis.studies[0].dataset
    return (
        f"{rule} Each contrast is a question of its own, asked at {values} values: its p values are adjusted by Holm for these{mean}. Verdicts are "
        f"about {data.name}, these {data.n_test:,} test examples and this recipe, over the seeds that there could be."
    )


def capital(sentence: str) -> str:
    """Return a sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
