"""Scores in a file that a change is held against."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from paribus.errors import GateError, listed
from paribus.lab._results import Audit
from paribus.records import Baseline


def read_baseline(file: Path) -> Baseline:
    """Return what `update_baseline` has written.

    Raises:
        GateError: There is no such file, or it is no baseline.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Baseline)
    except OSError as error:
        raise GateError(
            f"there is no baseline at {file} ({error.strerror or error}); `paribus gate ... --update {file}` writes one."
        ) from error
    except msgspec.MsgspecError as error:
        raise GateError(
            f"{file} is no baseline: {error}. `paribus gate ... --update {file}` writes one."
        ) from error


def write_baseline(made: Baseline, file: Path) -> None:
    """Write a baseline as JSON that people can read, too.

    Raises:
        GateError: It cannot be written.
    """
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    except OSError as error:
        raise GateError(f"{file} cannot be written: {error.strerror or error}.") from error


def described(audited: Audit, arm: str, metric: str, scores: dict[int, float]) -> Baseline:
    """Return an arm's scores with all that must be equal for them to be compared."""
    study = audited.study
    identity = next(each.identity for each in audited.arms if each.name == arm)
    return Baseline(
        study=study.name,
        arm=arm,
        metric=metric,
        scores=scores,
        data=study.dataset.fingerprint,
        recipe=msgspec.to_builtins(study.recipe),
        engine=study.engine,
        identity=identity,
        written_at=datetime.now(UTC).isoformat(timespec="seconds"),
        probe=next((probe.identity for probe in study.probes if metric in probe.metrics), ""),
    )


def comparable(stored: Baseline, current: Baseline, file: Path) -> None:
    """Refuse scores that were not made like the current ones.

    Raises:
        GateError: Data, recipe, metric or versions differ; all of it is named.
    """
    problems: list[str] = []
    if stored.metric != current.metric:
        problems.append(f"its scores are of {stored.metric}, those asked for of {current.metric}.")
    if stored.data != current.data:
        problems.append(f"its data are SHA-256 {stored.data[:12]}, the study's {current.data[:12]}.")
    recipes = msgspec.json.decode(msgspec.json.encode((stored.recipe, current.recipe)))
    if recipes[0] != recipes[1]:
        fields = sorted(
            key for key in recipes[0].keys() | recipes[1].keys() if recipes[0].get(key) != recipes[1].get(key)
        )
        problems.append(f"its recipe differs in {listed(fields)}.")
    if stored.probe != current.probe:
        problems.append(f"its {stored.metric} were measured by another probe, or one with other options.")
    if stored.engine != current.engine:
        problems.append(f"it was trained by {stored.engine}, here trains {current.engine}.")
    if problems:
        raise GateError(
            [f"{file} cannot be compared: {problem}" for problem in problems]
            + [f"Write it anew from the baseline's code: `paribus gate ... --update {file}`."]
        )
