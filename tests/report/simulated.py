"""Studies that nobody has trained: as many arms and seeds as one likes, and names that fit nowhere."""

import io
import shlex
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from paribus.analyse import analyse
from paribus.records import (
    ArmRecord,
    DatasetRecord,
    Design,
    Environment,
    EpochRecord,
    Finding,
    LayerRecord,
    Measures,
    ParameterCount,
    RunRecord,
    Severity,
    Status,
)
from paribus.report import Material
from paribus.store import Store
from paribus.study import Contrast, Recipe, StudyRecord
from tests.browser.hostile import HOSTILE
from tests.conftest import make_run_record

N_TEST = 200


@dataclass(frozen=True, kw_only=True)
class Words:
    """All that a user may name."""

    study: str = "simulated"
    question: str = "Does the second arm do better than the first?"
    dataset: str = "shapes"
    licence: str = "CC0"
    source: str = "drawn by hand"
    classes: tuple[str, ...] = ("round", "square", "starred", "none of these")
    reason: str = "The training loss was nan in epoch 2."
    concession: str = "known, and wanted"
    command: str = "paribus run simulated.py"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is simulated: the first arm is the control of all others; the last one does not gain over it."""

    arms: Sequence[str] = ("flat", "wide", "deep")
    seeds: int = 4
    epochs: int = 5
    looks: tuple[int, ...] = ()
    quick: bool = False
    failed: Sequence[tuple[str, int]] = ()
    metric: str = "test_accuracy"
    words: Words = field(default_factory=Words)


def hostile() -> Plan:
    """Return a hundred arms, and everything else that can be named, named to hurt."""
    words = Words(
        study=HOSTILE[0],
        question=HOSTILE[1],
        dataset=HOSTILE[7],
        licence=HOSTILE[36],
        source=HOSTILE[45],
        classes=HOSTILE[2:6],
        reason=HOSTILE[10],
        concession=HOSTILE[39],
        command=f"paribus run {shlex.quote(HOSTILE[12])}",
    )
    return Plan(arms=HOSTILE, seeds=2, failed=[(HOSTILE[3], 1)], words=words)


def simulated(plan: Plan | None = None) -> Material:
    """Return what a report is made of; the same plan gives the same."""
    chosen = plan or Plan()
    rng = np.random.default_rng(7)
    labels = rng.integers(len(chosen.words.classes), size=N_TEST).astype("<i4")
    study = _study(chosen, labels)
    records = tuple(
        _run(chosen, arm, place, seed, rng)
        for seed in range(chosen.seeds)
        for place, arm in enumerate(chosen.arms)
    )
    seeds = tuple(range(chosen.seeds))
    planned = tuple(range(max(chosen.looks))) if chosen.looks else seeds
    analysis = analyse(
        study,
        seeds,
        records,
        design=Design(seeds=planned, looks=chosen.looks),
        planned={(arm, seed) for arm in chosen.arms for seed in seeds},
    )
    images = {index: _image(index) for index in range(N_TEST)}
    return Material(analysis=analysis, records=records, images=images, command=chosen.words.command)


def _study(plan: Plan, labels: np.ndarray) -> StudyRecord:
    words = plan.words
    finding = Finding(
        kind="learning_rate",
        severity=Severity.CAUTION,
        about=plan.arms[-1],
        evidence="Its best learning rate is another one.",
        remedy="Search it for every arm.",
    )
    conceded = replace(finding, severity=Severity.NOTE, kind="parameters", conceded=words.concession)
    return StudyRecord(
        study_id="0123456789ab",
        name=words.study,
        question=words.question,
        arms=tuple(_arm(name, place) for place, name in enumerate(plan.arms)),
        dataset=DatasetRecord(
            name=words.dataset,
            example_shape=(8, 8, 1),
            dtype="float32",
            classes=len(words.classes),
            n_train=160,
            n_validation=40,
            n_test=N_TEST,
            pixels="raw",
            fingerprint="0" * 64,
            licence=words.licence,
            source=words.source,
            class_names=words.classes,
            test_labels=zlib.compress(labels.tobytes()),
        ),
        recipe=Recipe(epochs=plan.epochs, batch_size=32),
        contrasts=tuple(
            Contrast(arm, plan.arms[0], metric=plan.metric, margin=0.01) for arm in plan.arms[1:]
        ),
        engine="fake",
        quick=plan.quick,
        findings=(finding, conceded),
    )


def _arm(name: str, place: int) -> ArmRecord:
    window = 3 + 2 * (place % 3)
    layers = (
        LayerRecord(
            kind="Conv2D",
            name="conv2d",
            output_shape=(8, 8, 4),
            parameters=40,
            macs=2_304,
            flops=4_608,
            receptive_field=(window, window),
            input_extents=(8, 8),
            pads=((1, 1), (1, 1)),
            jump=(1.0, 1.0),
        ),
        LayerRecord(
            kind="Dense", name="dense", output_shape=(4,), parameters=1_028, macs=1_024, sees_all=True
        ),
    )
    size = 1_068 * (1 + place)
    return ArmRecord(
        name=name,
        identity=f"arm {place}",
        layers=layers,
        parameters=ParameterCount(trainable=size, non_trainable=0),
        measures=Measures(
            macs=size,
            flops=2 * size,
            training_flops=6 * size,
            activation_bytes=4_096,
            depth=2,
            receptive_field=(window, window),
            sees_all=True,
            gathered_by="Dense",
            uncounted=(),
            traits={},
        ),
    )


def _run(plan: Plan, arm: str, place: int, seed: int, rng: np.random.Generator) -> RunRecord:
    last = place == len(plan.arms) - 1
    gain = 0.0 if last else 0.02 * place / max(1, len(plan.arms) - 2)
    right_N = rng.random(N_TEST) < 0.85 + gain + 0.01 * rng.normal()
    accuracy = float(right_N.mean())
    run = make_run_record(arm, seed, accuracy)
    assert run.test is not None
    test = replace(
        run.test,
        loss=1 - accuracy,
        n=N_TEST,
        correct_bits=np.packbits(right_N).tobytes(),
    )
    where = Environment(
        versions={"python": "3.11.7", "keras": "3.15.1"},
        platform="Linux",
        processor="A processor",
        device="cpu: cpu",
        cores=1,
    )
    run = replace(run, spec=replace(run.spec, arm_identity=f"arm {place}"), environment=where, test=test)
    run = replace(run, epochs=tuple(_epoch(accuracy, epoch, rng) for epoch in range(1, plan.epochs + 1)))
    if (arm, seed) in plan.failed:
        return replace(
            run, status=Status.DIVERGED, test=None, reason=plan.words.reason, epochs=run.epochs[:2]
        )
    return run


def _epoch(final: float, epoch: int, rng: np.random.Generator) -> EpochRecord:
    accuracy = final * (1 - 0.4 / 2**epoch)
    return EpochRecord(
        epoch=epoch,
        loss=1 / epoch,
        accuracy=min(1.0, accuracy + 0.02),
        validation_loss=1.1 / epoch,
        validation_accuracy=accuracy + 0.01 * float(rng.normal()),
        train_seconds=1.0,
    )


def _image(index: int) -> bytes:
    drawn = io.BytesIO()
    pixels = np.random.default_rng(index).integers(256, size=(8, 8)).astype(np.uint8)
    Image.fromarray(pixels).save(drawn, "PNG")
    return drawn.getvalue()


def stored(material: Material, place: Path) -> Path:
    """Put it all into a store, as `paribus run` would have."""
    study = material.analysis.study
    specs = [record.spec for record in material.records]
    with Store.write(place) as store:
        store.add_study(study, specs)
        store.add_design(study.study_id, material.analysis.stage.design)
        store.add_images(study.dataset.fingerprint, material.images)
        for record in material.records:
            store.add(record)
    return place
