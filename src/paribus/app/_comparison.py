"""Two studies side by side, as rows: what differs between them, and what each says."""

from collections.abc import Iterator
from typing import NamedTuple

from paribus.analyse import Analysis
from paribus.report import arm_rows, contrast_rows
from paribus.study import StudyRecord

ABSENT = "none"


class SettingRow(NamedTuple):
    """One setting of both studies."""

    setting: str
    first: str
    second: str


class ArmPair(NamedTuple):
    """An arm of that name in both: its scores, and whether it is the same architecture."""

    arm: str
    first: str
    second: str
    architecture: str


class ContrastPair(NamedTuple):
    """A contrast of that name in both: difference, interval and verdict in each."""

    contrast: str
    first: str
    first_verdict: str
    second: str
    second_verdict: str


def differing(first: Analysis, second: Analysis) -> tuple[SettingRow, ...]:
    """Return the settings in which two studies differ."""
    pairs = zip(_settings(first), _settings(second), strict=True)
    return tuple(SettingRow(name, one, other) for (name, one), (_, other) in pairs if one != other)


def arm_pairs(first: Analysis, second: Analysis) -> tuple[ArmPair, ...]:
    """Return the arms of both, those of the first study first."""
    scores = [
        {
            row.arm: f"{row.test_accuracy} ({row.n} seed{'s' if row.n != '1' else ''})"
            for row in arm_rows(each)
        }
        for each in (first, second)
    ]
    identities = [{arm.name: arm.identity for arm in each.study.arms} for each in (first, second)]
    return tuple(
        ArmPair(name, scores[0].get(name, ABSENT), scores[1].get(name, ABSENT), _same(name, *identities))
        for name in dict.fromkeys([*identities[0], *identities[1]])
    )


def contrast_pairs(first: Analysis, second: Analysis) -> tuple[ContrastPair, ...]:
    """Return the contrasts of both, those of the first study first."""
    told = [
        {
            f"{row.contrast}, {row.metric}": (f"{row.difference} ({row.interval})", row.verdict)
            for row in contrast_rows(each)
        }
        for each in (first, second)
    ]
    absent = (ABSENT, ABSENT)
    return tuple(
        ContrastPair(name, *told[0].get(name, absent), *told[1].get(name, absent))
        for name in dict.fromkeys([*told[0], *told[1]])
    )


def _same(name: str, first: dict[str, str], second: dict[str, str]) -> str:
    if name not in first or name not in second:
        return "in one of them only"
    return "the same" if first[name] == second[name] else "another one"


def _settings(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Yield everything that all arms of a study share."""
    study = analysis.study
    data, recipe = study.dataset, study.recipe
    yield "question", study.question
    yield "data", data.name
    yield "pixels", {"raw": "raw", "unit": "divided by 255"}[data.pixels]
    yield "training examples", f"{data.n_train:,}"
    yield "validation examples", f"{data.n_validation:,}"
    yield "test examples", f"{data.n_test:,}"
    yield "data, SHA-256", data.fingerprint[:12]
    yield "optimizer", _optimizer(study)
    yield "loss", str(recipe.loss)
    yield "epochs", str(recipe.epochs)
    yield "batch size", str(recipe.batch_size)
    yield "precision", str(recipe.precision)
    yield "batch normalisation", recipe.batchnorm
    yield "engine", study.engine
    yield "seeds", ", ".join(map(str, analysis.seeds))
    yield "quick look", "yes" if study.quick else "no"


def _optimizer(study: StudyRecord) -> str:
    optimizer = study.recipe.optimizer
    return (
        optimizer
        if isinstance(optimizer, str)
        else f"{optimizer['class_name']} {optimizer.get('config', '')}".strip()
    )
