"""One row per contrast: the verdict, what it rests on, and what limits it."""

from collections.abc import Callable
from typing import NamedTuple

from paribus.analyse import ContrastResult, Examples, Rule, Stage
from paribus.evidence import Verdict
from paribus.export._export import Export
from paribus.export._table import Cell, Field, Kind, Table, defined, field, table
from paribus.records import Severity

_UNIT = "of the metric"


class Asked(NamedTuple):
    """A contrast, how its study was judged, and the verdict in words."""

    study_id: str
    stage: Stage
    result: ContrastResult
    headline: str
    study_caveats: tuple[str, ...]


def contrast_table(export: Export) -> Table:
    """Return the table `contrasts`."""
    analysis = export.analysis
    items = [
        Asked(
            export.study.study_id,
            analysis.stage,
            result,
            export.headlines.get(result.contrast.label, ""),
            analysis.caveats,
        )
        for result in analysis.contrasts
    ]
    return table("contrasts", (*_QUESTION, *_CONCLUSION, *_EVIDENCE, *_BESIDES, *_LIMITS), items)


def _of_verdict(value: Callable[[Verdict], Cell]) -> Callable[[Asked], Cell]:
    return lambda item: value(item.result.verdict)


def _number(name: str, about: str, value: Callable[[Verdict], float], *, unit: str = "") -> Field[Asked]:
    """Return a column of a number of the verdict; none where it is not defined."""
    return field(name, Kind.NUMBER, about, lambda item: defined(value(item.result.verdict)), unit=unit)


def _of_examples(
    name: str, about: str, value: Callable[[Examples], float], *, unit: str = ""
) -> Field[Asked]:
    """Return a column of what test examples say; none of other metrics than test accuracy."""
    return field(
        name,
        Kind.NUMBER,
        about,
        lambda item: None if item.result.examples is None else defined(value(item.result.examples)),
        unit=unit,
    )


def _findings(severity: Severity) -> Field[Asked]:
    return field(
        f"{severity.value}_findings",
        Kind.INTEGER,
        f"Findings of severity '{severity.value}' about it.",
        lambda item: sum(each.severity is severity for each in item.result.findings),
    )


def _detectable(item: Asked) -> float | None:
    verdict = item.result.verdict
    known = item.stage.rule is Rule.FIXED and verdict.n > 1 and verdict.spread
    return verdict.detectable if known else None


def _finding_names(item: Asked) -> str | None:
    names = (
        f"{each.severity.value}: {each.kind}{' (conceded)' if each.conceded else ''}"
        for each in item.result.findings
    )
    return "; ".join(names) or None


_QUESTION: tuple[Field[Asked], ...] = (
    field("study_id", Kind.TEXT, "As in runs.", lambda item: item.study_id),
    field("contrast", Kind.TEXT, "Its name.", lambda item: item.result.contrast.label),
    field("treatment", Kind.TEXT, "Name of an arm.", lambda item: item.result.contrast.treatment),
    field("control", Kind.TEXT, "Name of another.", lambda item: item.result.contrast.control),
    field("metric", Kind.TEXT, "On which they are compared.", lambda item: item.result.contrast.metric),
    field(
        "better",
        Kind.TEXT,
        "Whether higher or lower values are better.",
        lambda item: "higher" if item.result.contrast.rises else "lower",
    ),
    field(
        "cell",
        Kind.TEXT,
        "At which size, of a question asked at several.",
        lambda item: item.result.contrast.cell or None,
    ),
    field(
        "margin",
        Kind.NUMBER,
        "The difference that would matter, declared beforehand; none if none was.",
        lambda item: item.result.contrast.margin,
        unit=_UNIT,
    ),
)
_CONCLUSION: tuple[Field[Asked], ...] = (
    field(
        "verdict",
        Kind.TEXT,
        "better, worse, equivalent or undecided; not to be read without findings and caveats.",
        _of_verdict(lambda verdict: verdict.word.value),
    ),
    field(
        "headline", Kind.TEXT, "The verdict with all that qualifies it.", lambda item: item.headline or None
    ),
    field(
        "remark",
        Kind.TEXT,
        "What the word leaves out.",
        _of_verdict(lambda verdict: verdict.remark or None),
    ),
    field(
        "fragile",
        Kind.BOOLEAN,
        "Whether the exact sign-flip test disagrees with Student's t on direction.",
        _of_verdict(lambda verdict: verdict.fragile),
    ),
    field(
        "rule",
        Kind.TEXT,
        "What intervals and p values hold for: a fixed number of seeds, planned looks, or at any time.",
        lambda item: item.stage.rule.value,
    ),
    field(
        "interim",
        Kind.BOOLEAN,
        "Whether planned runs had not ended yet.",
        lambda item: item.stage.interim,
    ),
    field("n", Kind.INTEGER, "Pairs of runs.", _of_verdict(lambda verdict: verdict.n)),
)
_EVIDENCE: tuple[Field[Asked], ...] = (
    _number("difference", "Mean of treatment minus control.", lambda verdict: verdict.mean, unit=_UNIT),
    _number(
        "spread",
        "Standard deviation of the differences (n - 1); none of fewer than two.",
        lambda verdict: verdict.spread,
        unit=_UNIT,
    ),
    _number(
        "low",
        "Low end of the interval that decides direction, 95 %; infinite where nothing is excluded.",
        lambda verdict: verdict.interval.low,
        unit=_UNIT,
    ),
    _number("high", "High end of the same.", lambda verdict: verdict.interval.high, unit=_UNIT),
    _number(
        "narrow_low",
        "Low end of the interval that decides equivalence, 90 %.",
        lambda verdict: verdict.narrow.low,
        unit=_UNIT,
    ),
    _number("narrow_high", "High end of the same.", lambda verdict: verdict.narrow.high, unit=_UNIT),
    _number("p", "That there is no difference.", lambda verdict: verdict.p),
    _number(
        "adjusted_p", "The same, adjusted for the number of contrasts.", lambda verdict: verdict.adjusted_p
    ),
    _number(
        "equivalence_p",
        "That the difference is as large as the margin; none without one.",
        lambda verdict: verdict.equivalence_p,
    ),
    _number(
        "sign_flip_p", "By changes of sign; none below six differences.", lambda verdict: verdict.sign_flip_p
    ),
    _number("signed_rank_p", "By ranks; none below six.", lambda verdict: verdict.signed_rank.p),
)
_BESIDES: tuple[Field[Asked], ...] = (
    _number(
        "effect",
        "Difference in standard deviations of the differences, d_z.",
        lambda verdict: verdict.effect.value,
    ),
    _number("effect_low", "Low end of its 95 % interval.", lambda verdict: verdict.effect.interval.low),
    _number("effect_high", "High end of the same.", lambda verdict: verdict.effect.interval.high),
    field(
        "detectable",
        Kind.NUMBER,
        "The least difference that so many seeds find with probability .8; none unless their number was fixed beforehand.",
        _detectable,
        unit=_UNIT,
    ),
    _number(
        "below_margin_probability",
        "Posterior probability, under a flat prior, of a difference below the negative margin.",
        lambda verdict: verdict.posterior.below,
    ),
    _number(
        "within_margin_probability", "The same within the margin.", lambda verdict: verdict.posterior.within
    ),
    _number("above_margin_probability", "The same above it.", lambda verdict: verdict.posterior.above),
    field(
        "more_seeds",
        Kind.INTEGER,
        "How many more would decide it with probability .8; none if it is decided or nobody can say.",
        _of_verdict(lambda verdict: verdict.more_seeds),
    ),
    field(
        "correlation",
        Kind.NUMBER,
        "Of the two arms' scores over seeds.",
        lambda item: defined(item.result.pairing.correlation),
    ),
    field(
        "pairing_gain",
        Kind.NUMBER,
        "An unpaired difference's variance over the paired one's.",
        lambda item: defined(item.result.pairing.gain),
    ),
    _of_examples(
        "new_examples_low",
        "Low end of the interval over new test examples, too.",
        lambda examples: examples.interval.low,
        unit=_UNIT,
    ),
    _of_examples(
        "new_examples_high", "High end of the same.", lambda examples: examples.interval.high, unit=_UNIT
    ),
    _of_examples(
        "disagreement",
        "Part of the test examples on which one arm is right and the other wrong.",
        lambda examples: examples.disagreement,
    ),
)
_LIMITS: tuple[Field[Asked], ...] = (
    *map(_findings, Severity),
    field(
        "findings",
        Kind.TEXT,
        "All findings about it, conceded ones included, as 'severity: kind'.",
        _finding_names,
    ),
    field(
        "caveat_count",
        Kind.INTEGER,
        "Caveats of the contrast and of the study.",
        lambda item: len(item.result.caveats) + len(item.study_caveats),
    ),
    field(
        "caveats",
        Kind.TEXT,
        "What they say.",
        lambda item: " ".join([*item.result.caveats, *item.study_caveats]) or None,
    ),
)
