"""How a result can be had again: command, versions, hardware, hashes."""

import shlex
from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

from paribus.fairness import counted
from paribus.records import RunRecord
from paribus.report.figures import Material

RUN_HEADER = ("arm", "seed", "ended", "test accuracy", "seconds", "batch order", "run")


class RunRow(NamedTuple):
    """One planned run that has ended; `test_accuracy` says why there is none."""

    arm: str
    seed: str
    ended: str
    test_accuracy: str
    seconds: str
    batch_order: str
    run_id: str


class Reproduction(NamedTuple):
    """How to have the same again.

    Attributes:
        command: To give; empty where nobody knows.
        advice: What to do with it, or instead of it.
        facts: Versions, hardware and hashes by name.
        runs: Every run.
    """

    command: str
    advice: str
    facts: dict[str, str]
    runs: tuple[RunRow, ...]


def reproduction(material: Material) -> Reproduction:
    """Return how a result can be had again."""
    study, records = material.analysis.study, material.records
    command, advice = _command(material)
    facts = {
        "study": study.study_id,
        "data": f"{study.dataset.name}, SHA-256 {study.dataset.fingerprint}",
        "engine": study.engine,
        "versions": _each(_versions(record) for record in records),
        "hardware": _each(map(_device, records)),
        "platform": _each(record.environment.platform for record in records),
        "licence of the data": study.dataset.licence,
        "source of the data": study.dataset.source,
    }
    return Reproduction(
        command, advice, {name: told for name, told in facts.items() if told}, tuple(map(_run, records))
    )


def _command(material: Material) -> tuple[str, str]:
    if material.command:
        return _anywhere(material.command), "Runs that are stored are not trained again."
    name = material.analysis.study.name
    return (
        "",
        f"It was not run by a command: run the notebook or script that holds the study '{name}' again.",
    )


def _anywhere(command: str) -> str:
    """Return a command line without the folder that the program lay in, which is another on another machine."""
    program, *arguments = shlex.split(command)
    return shlex.join([PurePath(program).name, *arguments])


def _device(record: RunRecord) -> str:
    """Return the processor, and the device if it is another."""
    where = record.environment
    cores = f"{counted(where.cores, 'core')} per run"
    return (
        f"{where.processor}, {cores}"
        if where.device == "cpu: cpu"
        else f"{where.processor}, {where.device}, {cores}"
    )


def _versions(record: RunRecord) -> str:
    return ", ".join(f"{name} {version}" for name, version in record.environment.versions.items())


def _each(words: Iterable[str]) -> str:
    """Return each of the words once."""
    return "; ".join(dict.fromkeys(filter(None, words)))


def _run(record: RunRecord) -> RunRow:
    return RunRow(
        record.spec.arm,
        str(record.spec.seed),
        record.status.value,
        f"{record.test.accuracy:.2%}" if record.test else f"{record.status.sentence} {record.reason}".strip(),
        f"{record.cost.wall_seconds:,.1f}",
        record.order_hash[:12],
        record.spec.run_id[:12],
    )
