"""Study -> ordered RunSpecs, each identified by the hash of all that determines its numbers."""

import hashlib
from collections.abc import Sequence

import msgspec

from paribus.records import ArmRecord, Finding, Match, ProbeRecord, RunSpec
from paribus.study import Study, StudyRecord

Group = tuple[RunSpec, ...]
"""Runs of one arm that may train at once."""


def study_record(
    study: Study,
    arms: tuple[ArmRecord, ...],
    engine: str,
    *,
    matches: tuple[Match, ...] = (),
    findings: tuple[Finding, ...] = (),
    probes: tuple[ProbeRecord, ...] = (),
) -> StudyRecord:
    """Return what the store keeps of the study.

    Args:
        study: With its arms at the sizes at which they are trained.
        arms: As they were built.
        engine: What trains, with versions.
        matches: How far arms meet their budgets.
        findings: What can be said against the comparison.
        probes: What is measured on trained models, as declared.
    """
    asked = {contrast.metric for contrast in study.contrasts}
    measured = [probe.identity for probe in probes if asked & set(probe.metrics)]
    declared = (
        study.name,
        study.question,
        [(arm.name, arm.identity) for arm in arms],
        study.dataset.fingerprint,
        study.recipe,
        study.contrasts,
        engine,
        study.quick,
        study.concedes,
        *([measured] if measured else []),
    )
    return StudyRecord(
        study_id=_hash(declared)[:12],
        name=study.name,
        question=study.question,
        arms=arms,
        dataset=study.dataset.record(),
        recipe=study.recipe,
        contrasts=study.contrasts,
        engine=engine,
        quick=study.quick,
        concedes=dict(study.concedes),
        matches=matches,
        findings=findings,
        adjust=study.adjust,
        probes=probes,
    )


def plan(study: StudyRecord, seeds: tuple[int, ...]) -> tuple[RunSpec, ...]:
    """Return arms × seeds, seeds outermost, so that every finished seed is a whole replication.

    Two arms that are the same in everything but their name get the same `run_id`.
    """
    return tuple(
        RunSpec(
            run_id=_hash((arm.identity, study.recipe, study.dataset.fingerprint, seed, study.engine))[:16],
            arm=arm.name,
            arm_identity=arm.identity,
            seed=seed,
        )
        for seed in seeds
        for arm in study.arms
    )


def grouped(specs: Sequence[RunSpec], together: int) -> tuple[Group, ...]:
    """Return the runs in groups of up to so many seeds of one arm, in the order of their first runs."""
    by_arm: dict[str, list[RunSpec]] = {}
    for spec in specs:
        by_arm.setdefault(spec.arm_identity, []).append(spec)
    groups: list[Group] = [
        tuple(runs[first : first + together])
        for runs in by_arm.values()
        for first in range(0, len(runs), together)
    ]
    place = {spec.run_id: number for number, spec in enumerate(specs)}
    return tuple(sorted(groups, key=lambda group: place[group[0].run_id]))


def changes(previous: StudyRecord, current: StudyRecord) -> tuple[str, ...]:
    """Say in sentences what differs from the last time, and so which stored runs do not count any more."""
    if previous.dataset.fingerprint != current.dataset.fingerprint:
        return ("The dataset is not that of the last run, so its runs do not count here.",)
    if previous.recipe != current.recipe:
        return ("The recipe is not that of the last run, so its runs do not count here.",)
    if previous.engine != current.engine:
        return (
            f"The last run was trained by {previous.engine}, not {current.engine}; its runs do not count here.",
        )
    before = {arm.name: arm.identity for arm in previous.arms}
    return tuple(
        f"Arm '{arm.name}' has changed; only its runs are trained again."
        for arm in current.arms
        if arm.name in before and not arm.unbuilt and before[arm.name] != arm.identity
    )


def _hash(content: object) -> str:
    plain = msgspec.to_builtins(content, str_keys=True)  # only these can be sorted
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()
