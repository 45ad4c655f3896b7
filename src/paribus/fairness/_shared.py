"""What both arms of a contrast share because the study says so, read from what was stored."""

import hashlib
from collections.abc import Callable, Sequence

from paribus.fairness._certificate import Certificate, Comparison, Standing, certificate
from paribus.records import RunRecord
from paribus.study import Contrast, StudyRecord

_SHOWN = 12
"""Characters of a hash."""


def certificates(study: StudyRecord, records: Sequence[RunRecord] = ()) -> tuple[Certificate, ...]:
    """Return one for every contrast of a study.

    Args:
        study: What was declared, and its arms as they were built.
        records: Runs that have ended, from which epochs, batch orders and engines are read; without them, as they are planned.
    """
    return tuple(_whole(contrast, study, records) for contrast in study.contrasts)


def _whole(contrast: Contrast, study: StudyRecord, records: Sequence[RunRecord]) -> Certificate:
    made = certificate(contrast, study.arms, study.matches, study.concedes)
    sides = [_by_seed(name, records) for name in (contrast.treatment, contrast.control)]
    seeds = sorted(sides[0].keys() & sides[1].keys())
    runs = [[side[seed] for seed in seeds] for side in sides]
    shared = [
        _alike("recipe", _recipe(study)),
        _alike("data", f"{study.dataset.name}, SHA-256 {study.dataset.fingerprint[:_SHOWN]}"),
        _row("batch_order", runs, _orders, planned="one per seed, for all arms"),
        _row("epochs", runs, _epochs, planned=str(study.recipe.epochs)),
        _row("engine", runs, _engine, planned=study.engine),
    ]
    return Certificate(contrast=contrast, rows=(*made.rows, *shared))


def _by_seed(arm: str, records: Sequence[RunRecord]) -> dict[int, RunRecord]:
    return {record.spec.seed: record for record in records if record.spec.arm == arm}


def _alike(aspect: str, words: str) -> Comparison:
    return Comparison(aspect=aspect, treatment=words, control=words, difference="", standing=Standing.EQUAL)


def _row(
    aspect: str,
    runs: Sequence[Sequence[RunRecord]],
    words: Callable[[Sequence[RunRecord]], str],
    *,
    planned: str,
) -> Comparison:
    if not runs[0]:
        return _alike(aspect, planned)
    treatment, control = map(words, runs)
    return Comparison(
        aspect=aspect,
        treatment=treatment,
        control=control,
        difference="",
        standing=Standing.EQUAL if treatment == control else Standing.DIFFERS,
    )


def _recipe(study: StudyRecord) -> str:
    recipe = study.recipe
    names = [
        each if isinstance(each, str) else each["class_name"] for each in (recipe.optimizer, recipe.loss)
    ]
    return ", ".join([*names, f"batch {recipe.batch_size}", recipe.precision])


def _orders(runs: Sequence[RunRecord]) -> str:
    together = hashlib.sha256("".join(run.order_hash for run in runs).encode()).hexdigest()
    return f"{len(runs)} seeds, SHA-256 {together[:_SHOWN]}"


def _epochs(runs: Sequence[RunRecord]) -> str:
    return ", ".join(map(str, sorted({len(run.epochs) for run in runs})))


def _engine(runs: Sequence[RunRecord]) -> str:
    """Name the versions and devices that trained."""
    versions = {f"{name} {version}" for run in runs for name, version in run.environment.versions.items()}
    return ", ".join([*sorted({run.environment.device for run in runs}), *sorted(versions)])
