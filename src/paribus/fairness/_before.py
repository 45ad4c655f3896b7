"""Everything that can be said against a comparison before it is trained."""

import math
from collections.abc import Iterator, Sequence

from paribus.evidence import reach
from paribus.fairness._certificate import certificate, certificate_findings
from paribus.fairness._concede import conceded, ranked
from paribus.fairness._data import data_findings, object_size
from paribus.fairness._geometry import geometry_findings
from paribus.records import ArmRecord, Finding, Match, NormalizationForecast, Severity
from paribus.study import Contrast, Recipe, Study

_SCALE, _SHIFT = 0.1, 0.1
"""How far outputs of a normalisation may be off, of their size and of their standard deviation."""
_MOST_TOLD = 3
_FEWEST_EXAMPLES = 5
"""Test examples that a margin must be worth."""
_FEW_SEEDS = 2
_PROBABILITIES = ("softmax", "sparsemax", "sigmoid", "hardsigmoid")


def before_training(
    study: Study, arms: Sequence[ArmRecord], matches: Sequence[Match], engine: str
) -> tuple[Finding, ...]:
    """Return the findings on data, arms and contrasts, the heaviest first; what the study concedes is a note.

    Args:
        study: What was declared, with its data.
        arms: As they were built.
        matches: How far they meet their budgets.
        engine: What trains, by name.
    """
    seen = object_size(study.dataset)
    extents = study.dataset.example_shape[:-1]
    findings = [*data_findings(study.dataset)]
    for arm in arms:
        findings += geometry_findings(arm, extents, seen, engine)
        findings += _stale_normalization(arm, study.recipe)
        findings += _raw_outputs(arm, study.recipe)
        findings += _uncounted(arm)
    findings += _missed_budgets(matches)
    findings += _unknown_budgets(study, matches)
    for contrast in study.contrasts:
        made = certificate(contrast, arms, matches, study.concedes)
        findings += certificate_findings(made, matches)
        findings += _coarse_scores(contrast, study)
        findings += _few_seeds(contrast, len(study.seed_list))
    return ranked(conceded(findings, study.concedes))


def _stale_normalization(arm: ArmRecord, recipe: Recipe) -> Iterator[Finding]:
    if recipe.batchnorm == "recalibrate":
        return
    stale = [each for each in arm.forecasts if abs(each.scale - 1) > _SCALE or each.shift > _SHIFT]
    if stale:
        first = stale[0]
        yield Finding(
            kind="stale_normalization",
            severity=Severity.CAUTION,
            about=arm.name,
            evidence=f"after {first.updates:,} updates at momentum {first.momentum:g}, {100 * first.remembered:.2g} % of the moving "
            f"statistics is still their start. By one batch at initialisation: {_forecasts(stale)}.",
            remedy="train with --batchnorm recalibrate (Recipe(batchnorm='recalibrate')), which re-estimates the statistics of "
            "all arms before every evaluation; or scale the inputs up, lower the momentum, or train longer.",
        )


def _forecasts(stale: Sequence[NormalizationForecast]) -> str:
    more = f"; and {len(stale) - _MOST_TOLD} more" if len(stale) > _MOST_TOLD else ""
    return "; ".join(map(_forecast, stale[:_MOST_TOLD])) + more


def _forecast(each: NormalizationForecast) -> str:
    moved = f", moved by {each.shift:.2g} standard deviations" if each.shift > _SHIFT else ""
    return (
        f"the inputs of '{each.layer}' have variance {each.variance:.2g}, and in inference its outputs come out at "
        f"{100 * each.scale:.0f} % of their size (worst channel {100 * each.worst_scale:.0f} %){moved}"
    )


def _raw_outputs(arm: ArmRecord, recipe: Recipe) -> Iterator[Finding]:
    takes_logits = recipe.takes_logits
    output = arm.measures.traits.get("output") if arm.measures else None
    if output is None or takes_logits is None:
        return
    gives_probabilities = any(name in _PROBABILITIES for name in output)
    if gives_probabilities != takes_logits:
        return
    ends = f"its output ends in {', '.join(output)}" if output else "its output has no activation"
    yield Finding(
        kind="raw_outputs",
        severity=Severity.UNFAIR,
        about=arm.name,
        evidence=f"the loss takes {'logits' if takes_logits else 'probabilities'}, and {ends}.",
        remedy="leave the activation off, or give the loss from_logits=False; for all arms alike."
        if takes_logits
        else "end in softmax, or give the loss from_logits=True; for all arms alike.",
    )


def _uncounted(arm: ArmRecord) -> Iterator[Finding]:
    if arm.measures and arm.measures.uncounted:
        names = arm.measures.uncounted
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        yield Finding(
            kind="uncounted",
            severity=Severity.NOTE,
            about=arm.name,
            evidence=f"the FLOPs of {shown} are not known, so neither is the arm's total.",
            remedy="compare parameters, or write the arm in Keras' own layers.",
        )


def _missed_budgets(matches: Sequence[Match]) -> Iterator[Finding]:
    for match in matches:
        for line in match.lines:
            if not line.within:
                yield Finding(
                    kind="budget",
                    severity=Severity.UNFAIR,
                    about=match.arm,
                    evidence=f"{line.actual:,} {line.measure.replace('_', ' ')} against a budget of {line.target:,} "
                    f"({100 * line.deviation:+.3g} %; {100 * line.tolerance:g} % allowed).",
                    remedy="give the arm's builder a `width`, so that it can be resized, or raise the tolerance.",
                )


def _unknown_budgets(study: Study, matches: Sequence[Match]) -> Iterator[Finding]:
    """Name the budgets of which nobody knows whether an arm meets them."""
    known = {(match.arm, line.measure) for match in matches for line in match.lines}
    built = {match.arm for match in matches}
    for arm in study.arms:
        for budget in study.budgets_of(arm.name):
            if arm.name in built and (arm.name, budget.measure) not in known:
                yield Finding(
                    kind="budget",
                    severity=Severity.UNFAIR,
                    about=arm.name,
                    evidence=f"its {budget.measure.replace('_', ' ')} are not known, so nor is whether it meets the budget.",
                    remedy="write the arm in Keras' own layers, or give a budget on 'trainable_parameters'.",
                )


def _coarse_scores(contrast: Contrast, study: Study) -> Iterator[Finding]:
    split, _, metric = contrast.metric.partition("_")
    if split == "validation":
        yield Finding(
            kind="reported_validation",
            severity=Severity.CAUTION,
            about=contrast.label,
            evidence=f"the contrast is on {contrast.metric.replace('_', ' ')}, and validation data are looked at after each of the "
            f"{study.recipe.epochs} epochs.",
            remedy=f"report test_{metric}; test data are read once.",
        )
    n = len(study.dataset.splits[split]) if split in study.dataset.splits else 0
    if contrast.margin and n and metric == "accuracy" and contrast.margin * n < _FEWEST_EXAMPLES:
        yield Finding(
            kind="coarse_test",
            severity=Severity.CAUTION,
            about=contrast.label,
            evidence=f"with {n:,} {split} examples the margin of {100 * contrast.margin:g} points is worth {contrast.margin * n:.2g} of "
            "them.",
            remedy=f"take at least {math.ceil(_FEWEST_EXAMPLES / contrast.margin):,} {split} examples, or a larger margin.",
        )


def _few_seeds(contrast: Contrast, n: int) -> Iterator[Finding]:
    """Say how far the interval of so many seeds reaches.

    Source:
        Student (1908); in standard deviations of the paired differences.
    """
    if n == 1:
        evidence = "one seed says nothing about spread, so there is no interval"
    elif contrast.margin is None:
        return
    else:
        half = reach(n)
        if half <= 1:
            return
        evidence = (
            f"with {n} seeds the 95 % interval reaches {half:.2g} standard deviations to each side: it is narrower than the margin "
            f"of {contrast.margin:g} only if paired differences spread by less than {contrast.margin / half:.2g}"
        )
    yield Finding(
        kind="few_seeds",
        severity=Severity.CAUTION if n <= _FEW_SEEDS else Severity.NOTE,
        about=contrast.label,
        evidence=f"{evidence}.",
        remedy="take 7 seeds or more (--seeds 7); finished ones are not trained again.",
    )
