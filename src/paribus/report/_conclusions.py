"""What may be concluded, in sentences: the word, what it rests on, what limits it, and what would change it."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from paribus.analyse import Analysis, ContrastResult, FamilyResult, Rule
from paribus.evidence import ALPHA, FUTILE, Pairing, Verdict, Word
from paribus.fairness import counted
from paribus.records import Severity
from paribus.report._numbers import Scale, p_value
from paribus.report._seeds import with_more

_FEWEST_FOR_SIGNS = 6


class Conclusion(NamedTuple):
    """A contrast in words.

    Attributes:
        contrast: Its name.
        word: The verdict.
        headline: The verdict with what qualifies it.
        numbers: What it rests on.
        besides: What else is to be known.
        limits: What speaks against it.
        change: What would change it.
    """

    contrast: str
    word: Word
    headline: str
    numbers: str
    besides: tuple[str, ...]
    limits: tuple[str, ...]
    change: str


def conclusions(analysis: Analysis) -> tuple[Conclusion, ...]:
    """Return one conclusion per contrast, in the study's order."""
    return tuple(
        Conclusion(
            contrast=result.contrast.label,
            word=result.verdict.word,
            headline=_headline(result, analysis),
            numbers=_numbers(result, analysis),
            besides=tuple(_besides(result, analysis)),
            limits=tuple(_limits(result)),
            change=_change(result, analysis),
        )
        for result in analysis.contrasts
    )


def scope(analysis: Analysis) -> str:
    """Return in sentences by which rule it was judged, and what the verdicts are about."""
    study = analysis.study
    asked = sum(contrast.metric == study.primary for contrast in study.contrasts)
    by = "joint changes of sign" if study.adjust == "max_t" and analysis.stage.rule is Rule.FIXED else "Holm"
    adjusted = f" p values are adjusted by {by} for {asked} contrasts." if asked > 1 else ""
    secondary = (
        f" {study.primary.replace('_', ' ')} decides; contrasts on other metrics are judged as families of their own."
        if any(contrast.metric != study.primary for contrast in study.contrasts)
        else ""
    )
    return (
        f"{analysis.stage.rule.sentence}{adjusted}{secondary} Verdicts are about this split of {study.dataset.name}, these "
        f"{study.dataset.n_test:,} test examples and this recipe, over the seeds that there could be."
    )


def family_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Say in a sentence per question, asked in several cells, what it is in which, and on the mean over all."""
    return tuple(map(_family, analysis.families))


def _family(family: FamilyResult) -> str:
    scale, verdict = Scale(family.metric), family.verdict
    cells = "; ".join(f"{word} at {', '.join(names)}" for word, names in family.cells.items())
    overall = f"{scale.signed(verdict.mean)}{scale.unit} ({scale.interval(verdict.interval)})"
    return f"{family.family}: {cells}. On the mean over these cells {verdict.word.value}: {overall}."


def _headline(result: ContrastResult, analysis: Analysis) -> str:
    verdict, scale = result.verdict, Scale(result.contrast.metric)
    margin = "" if result.contrast.margin is None else scale.plain(result.contrast.margin)
    remark = verdict.remark.replace("the margin", f"the margin of {margin}")
    qualified = ", ".join(filter(None, [verdict.word.value, remark, "fragile" if verdict.fragile else ""]))
    unfair = _unfair(result)
    against = f", but the comparison is unfair: {', '.join(unfair)}" if unfair else ""
    so_far = " so far" if analysis.stage.interim or not analysis.stage.no_look_left else ""
    return f"{qualified}{so_far if verdict.word is Word.UNDECIDED else ''}{against}"


def _numbers(result: ContrastResult, analysis: Analysis) -> str:
    verdict, scale, metric = (
        result.verdict,
        Scale(result.contrast.metric),
        result.contrast.metric.replace("_", " "),
    )
    pairs = f"{verdict.n} pair{'s' if verdict.n != 1 else ''} of runs"
    if math.isnan(verdict.mean):
        return f"{pairs}."
    difference = f"{scale.signed(verdict.mean)}{scale.unit or ' in'}{' of' if scale.unit else ''} {metric}"
    if verdict.n < 2:
        return f"{difference}, {pairs}."
    family = sum(contrast.metric == result.contrast.metric for contrast in analysis.study.contrasts)
    adjusted = f", {p_value(verdict.adjusted_p)} for {family} contrasts" if family > 1 else ""
    return f"{difference}, 95 % interval {scale.interval(verdict.interval)}, {pairs}; {p_value(verdict.p)}{adjusted}."


def _besides(result: ContrastResult, analysis: Analysis) -> Iterator[str]:
    verdict, scale = result.verdict, Scale(result.contrast.metric)
    if verdict.n < 2:
        return
    if result.examples is not None and not math.isnan(result.examples.two_way.error):
        yield f"Over new test examples, too, the interval is {scale.interval(result.examples.interval)}{scale.unit}."
    if result.examples is not None and result.examples.classes:
        worst = result.examples.classes[0]
        yield (
            f"They disagree on {100 * result.examples.disagreement:.1f} % of the test examples; classes differ most at {worst.name}: "
            f"{100 * worst.treatment:.1f} against {100 * worst.control:.1f} % right."
        )
    yield _sizes(verdict, result.pairing, scale, fixed=analysis.stage.rule is Rule.FIXED)


def _sizes(verdict: Verdict, gained: Pairing, scale: Scale, *, fixed: bool) -> str:
    effect, (low, high) = verdict.effect.value, verdict.effect.interval
    told = (
        "Standardised, d_z is undefined"
        if math.isnan(effect)
        else f"Standardised, d_z = {effect:.2g} ({low:.2g} to {high:.2g})"
    )
    told += (
        f"; {verdict.n} seeds find {scale.rough(verdict.detectable)} with power .8"
        if fixed and verdict.spread
        else ""
    )
    correlation = f", correlation {gained.correlation:.2f}" if not math.isnan(gained.correlation) else ""
    gain = (
        "" if math.isnan(gained.gain) else f"; pairing divided the variance by {gained.gain:.2g}{correlation}"
    )
    return f"{told}{gain}."


def _limits(result: ContrastResult) -> Iterator[str]:
    verdict = result.verdict
    prefix = f"{result.contrast}: "
    yield from (_capital(caveat.removeprefix(prefix)) for caveat in result.caveats)
    if verdict.fragile:
        yield (
            f"Fragile: by changes of sign, which assume no distribution, {p_value(verdict.sign_flip_p)}; look at every seed's difference."
        )
    extends = result.examples is None or _excludes_zero(result.examples.interval)
    if verdict.word in {Word.BETTER, Word.WORSE} and not extends:
        yield "It is about these test examples: over new ones, too, the interval includes 0."


def _excludes_zero(interval: tuple[float, float]) -> bool:
    return math.isnan(interval[0]) or interval[0] > 0 or interval[1] < 0


def _change(result: ContrastResult, analysis: Analysis) -> str:
    verdict = result.verdict
    if _unfair(result):
        return "What is unfair is to be mended first; the findings say how."
    if verdict.word is Word.UNDECIDED:
        return _what_decides(result, analysis)
    if verdict.word is Word.EQUIVALENT:
        return _smaller_margin(result)
    if verdict.n < _FEWEST_FOR_SIGNS:
        return f"With {_FEWEST_FOR_SIGNS} seeds or more a test that assumes no distribution could confirm it."
    return ""


def _smaller_margin(result: ContrastResult) -> str:
    """Say what a smaller margin would make of what is equivalent."""
    verdict, scale = result.verdict, Scale(result.contrast.metric)
    least = max(abs(verdict.narrow.low), abs(verdict.narrow.high))
    if not least:
        return ""
    directed = Word.BETTER if (verdict.mean > 0) == result.contrast.rises else Word.WORSE
    otherwise = directed if verdict.adjusted_p < ALPHA else Word.UNDECIDED
    return f"With a margin of less than {scale.rough(least)} it would be {otherwise.value}."


def _unfair(result: ContrastResult) -> tuple[str, ...]:
    """Return the kinds of findings by which the comparison is unfair."""
    unfair = (finding for finding in result.findings if finding.severity is Severity.UNFAIR)
    return tuple(dict.fromkeys(finding.kind.replace("_", " ") for finding in unfair))


def _what_decides(result: ContrastResult, analysis: Analysis) -> str:
    verdict, stage = result.verdict, analysis.stage
    if verdict.n < 2:
        return "Take several seeds (--seeds 10)."
    if stage.interim or not stage.no_look_left:
        if result.promise < FUTILE:
            return (
                f"More seeds are hardly worth training: if the rest are like these, {len(stage.design.seeds)} decide it with a chance of "
                f"{100 * result.promise:.0f} %."
            )
        if not math.isnan(result.promise):
            return f"Chance that {len(stage.design.seeds)} seeds decide it, if the rest are like these: {100 * result.promise:.0f} %."
        return "The rest of the planned runs may decide it; the same command goes on."
    margin = "" if result.contrast.margin is not None else ", and with a margin equivalence could be found"
    if verdict.more_seeds is None:
        return f"No number of seeds that can be named decides a difference as small as this{margin}."
    return (
        f"About {counted(verdict.more_seeds, 'more seed')} (--seeds {with_more(stage.seeds, verdict.more_seeds)}) would decide it, if mean and "
        f"spread stay as they are{margin}."
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
