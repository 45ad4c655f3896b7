"""What limits a result, in sentences."""

import itertools
from collections.abc import Iterator, Sequence

from paribus.analyse._contrasts import Paired, joint_seeds
from paribus.analyse._results import MissingRun
from paribus.analyse._stage import Rule, Stage
from paribus.evidence import Verdict
from paribus.records import RunRecord, Status
from paribus.study import StudyRecord

_FEWEST_FOR_JOINT_SIGNS = 6
_NOT_MEASURED = "Nobody has measured it on these runs."


def study_caveats(
    study: StudyRecord,
    stage: Stage,
    seeds: Sequence[int],
    pairs: Sequence[Paired],
    *,
    missing: Sequence[MissingRun],
    records: Sequence[RunRecord],
) -> tuple[str, ...]:
    """Return what limits all of a study's results."""
    return (
        *_quick(study, seeds),
        *_rule(stage, seeds),
        *_changed(study, stage),
        *_adjustment(study, stage, pairs),
        *_twins(study),
        *_missing(missing),
        *_unmeasured(study, records),
    )


def contrast_caveats(pairs: Paired, verdict: Verdict, missing: Sequence[MissingRun]) -> tuple[str, ...]:
    """Return what limits a contrast."""
    contrast, n = pairs.contrast, verdict.n
    lost = sorted({run.seed for run in missing if run.arm in {contrast.treatment, contrast.control}})
    caveats: list[str] = []
    if n == 0:
        caveats.append(
            f"{contrast}: no seed has completed in both arms, so there is no difference to report."
        )
    elif n == 1:
        caveats.append(f"{contrast}: one seed says nothing about spread, so there is no interval.")
    if lost and n:
        caveats.append(f"{contrast}: {_seeds(lost)} left out, because a run is missing.")
    if pairs.undefined:
        caveats.append(
            f"{contrast}: {_seeds(pairs.undefined)} left out, because {contrast.metric.replace('_', ' ')} is not finite."
        )
    if n > 1 and verdict.spread == 0:
        caveats.append(
            f"{contrast}: all {n} differences are equal, so their spread cannot be told; only their signs count."
        )
    return tuple(caveats)


def _quick(study: StudyRecord, seeds: Sequence[int]) -> Iterator[str]:
    if study.quick:
        yield (
            f"This is a quick look, not evidence: {study.dataset.n_train:,} training images, "
            f"{study.recipe.epochs} epochs, {len(seeds)} seeds."
        )


def _rule(stage: Stage, seeds: Sequence[int]) -> Iterator[str]:
    planned = len(stage.design.seeds)
    if stage.rule is Rule.LOOKS and not stage.no_look_left:
        yield f"Look {len(stage.looks)} of {len(stage.design.looks)}, at {stage.looks[-1]} of at most {planned} seeds."
    elif stage.rule is Rule.ANYTIME and stage.interim:
        yield "Not all planned runs have ended: what is concluded here holds at any time, and less is found than when all have."
    elif stage.rule is Rule.ANYTIME and not planned:
        yield "What was planned is not known, so intervals and p values are anytime-valid, which are wider than Student's."
    elif stage.rule is Rule.ANYTIME:
        yield (
            f"Planned with {_count(planned)}, looked at, and told here of {_count(len(seeds))}: Student's t errs more often the more "
            "often one looks, so intervals and p values are anytime-valid instead, which are wider. With --until-decided looks are planned."
        )


def _changed(study: StudyRecord, stage: Stage) -> Iterator[str]:
    """Say what is declared otherwise than when nothing was known."""
    margins = stage.design.margins
    for contrast in study.contrasts:
        if contrast.label in margins and margins[contrast.label] != contrast.margin:
            yield f"The margin of {contrast.label} was {_margin(margins[contrast.label])} before anything was known, and is {_margin(contrast.margin)} now."
    if stage.design.margins and stage.design.adjust != study.adjust:
        yield f"Before anything was known, p values were to be adjusted by '{stage.design.adjust}', not '{study.adjust}'."


def _margin(margin: float | None) -> str:
    return "not declared" if margin is None else f"{margin:g}"


def _adjustment(study: StudyRecord, stage: Stage, pairs: Sequence[Paired]) -> Iterator[str]:
    if study.adjust != "max_t" or not pairs:
        return
    joint = len(joint_seeds(pairs))
    if stage.rule is not Rule.FIXED:
        yield "Joint changes of sign are for a fixed number of seeds; here p values are adjusted by Holm."
    elif joint < _FEWEST_FOR_JOINT_SIGNS:
        yield f"With {_count(joint)} that all contrasts have no joint change of sign can be significant; six are needed, or adjust='holm'."


def _missing(missing: Sequence[MissingRun]) -> Iterator[str]:
    """Name every run without a score, those of one reason in one sentence."""
    for reason in dict.fromkeys(run.reason for run in missing):
        by_arm: dict[str, list[int]] = {}
        for run in missing:
            if run.reason == reason:
                by_arm.setdefault(run.arm, []).append(run.seed)
        yield f"{'; '.join(f'{arm}, {_seeds(seeds)}' for arm, seeds in by_arm.items())}: {reason}"


def _twins(study: StudyRecord) -> Iterator[str]:
    for one, other in itertools.combinations(study.arms, 2):
        if one.identity == other.identity:
            yield f"'{one.name}' and '{other.name}' are the same in all that determines their numbers; one run serves both."


def _unmeasured(study: StudyRecord, records: Sequence[RunRecord]) -> Iterator[str]:
    """Say which probes have no numbers of which runs, and why."""
    for probe, arm in itertools.product(study.probes, study.arms):
        lost: dict[str, list[int]] = {}
        for record in records:
            if record.spec.arm == arm.name and record.status is Status.COMPLETED:
                outcome = next((each for each in record.probes if each.name == probe.name), None)
                reason = _NOT_MEASURED if outcome is None else outcome.reason
                if reason:
                    lost.setdefault(reason, []).append(record.spec.seed)
        for reason, seeds in lost.items():
            yield f"{arm.name}, {_seeds(sorted(seeds))}: no {probe.name.replace('_', ' ')}. {reason}"


def _count(n: int) -> str:
    return f"{n} seed{'s' if n != 1 else ''}"


def _seeds(seeds: Sequence[int]) -> str:
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"
