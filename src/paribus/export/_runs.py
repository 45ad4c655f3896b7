"""One row per planned run: its arm and seed, how it ended, every final metric, what it cost, and what made it."""

import math
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from paribus.export._export import Export
from paribus.export._planned import NOT_TRAINED, Run, knobs_of, planned_runs, score_names
from paribus.export._table import Cell, Field, Kind, Table, defined, field, table
from paribus.records import Measures, ParameterCount, RunRecord, Status
from paribus.study import StudyRecord


def run_table(export: Export) -> Table:
    """Return the table `runs`."""
    what = (*_SIZE, *_knobs(export.study), *_COST, *_NORMALIZATION, *_ORIGIN, *_versions(export.records))
    taken = {each.column.name for each in (*_WHICH, *what)}
    scores = (_score(name, taken) for name in score_names(export))
    return table("runs", (*_WHICH, *scores, *what), planned_runs(export))


def _of_record(value: Callable[[RunRecord], Cell]) -> Callable[[Run], Cell]:
    return lambda run: None if run.record is None else value(run.record)


def _of_parameters(value: Callable[[ParameterCount], Cell]) -> Callable[[Run], Cell]:
    return lambda run: None if run.arm.parameters is None else value(run.arm.parameters)


def _of_measures(value: Callable[[Measures], Cell]) -> Callable[[Run], Cell]:
    return lambda run: None if run.arm.measures is None else value(run.arm.measures)


def _of_test(value: Callable[[RunRecord], Cell]) -> Callable[[Run], Cell]:
    return lambda run: None if run.record is None or run.record.test is None else value(run.record)


_WHICH: tuple[Field[Run], ...] = (
    field("study_id", Kind.TEXT, "Hash of all that was declared.", lambda run: run.study.study_id),
    field("study", Kind.TEXT, "Name of the study.", lambda run: run.study.name),
    field(
        "run_id",
        Kind.TEXT,
        "Hash of all that determines the run's numbers; two arms that are the same share it.",
        _of_record(lambda record: record.spec.run_id),
    ),
    field("arm", Kind.TEXT, "Name of the arm.", lambda run: run.arm.name),
    field("seed", Kind.INTEGER, "Its seed.", lambda run: run.seed),
    field(
        "status",
        Kind.TEXT,
        f"How it ended: {', '.join(Status)}, or {NOT_TRAINED}.",
        lambda run: NOT_TRAINED if run.record is None else run.record.status.value,
    ),
    field("reason", Kind.TEXT, "Why it has no score; none if it has.", lambda run: run.reason or None),
    field(
        "quick",
        Kind.BOOLEAN,
        "Whether this was a quick look, which is no evidence.",
        lambda run: run.study.quick,
    ),
)
_SIZE: tuple[Field[Run], ...] = (
    field(
        "examples_tested",
        Kind.INTEGER,
        "Test examples, read once after the last epoch.",
        _of_test(lambda record: record.test and record.test.n),
    ),
    field(
        "examples_correct",
        Kind.INTEGER,
        "How many of them were right.",
        _of_test(lambda record: record.test and int(record.test.correct.sum())),
    ),
    field(
        "epochs",
        Kind.INTEGER,
        "Epochs that were trained to their end.",
        _of_record(lambda record: len(record.epochs)),
    ),
    field(
        "trainable_parameters",
        Kind.INTEGER,
        "Scalar weights that training moves.",
        _of_parameters(lambda parameters: parameters.trainable),
    ),
    field(
        "non_trainable_parameters",
        Kind.INTEGER,
        "Scalar weights that it does not.",
        _of_parameters(lambda parameters: parameters.non_trainable),
    ),
    field(
        "macs",
        Kind.INTEGER,
        "Multiply-adds of the model for one example; none if not known.",
        _of_measures(lambda measures: measures.macs),
    ),
    field(
        "flops",
        Kind.INTEGER,
        "Floating-point operations for one example in inference; none if not known.",
        _of_measures(lambda measures: measures.flops),
    ),
    field(
        "training_flops",
        Kind.INTEGER,
        "The same in training, forward and backward.",
        _of_measures(lambda measures: measures.training_flops),
    ),
    field(
        "activation_bytes",
        Kind.INTEGER,
        "What all layers put out for one batch.",
        _of_measures(lambda measures: measures.activation_bytes),
        unit="bytes",
    ),
)
_COST: tuple[Field[Run], ...] = (
    field(
        "wall_seconds",
        Kind.NUMBER,
        "All of the run; of one whose process died, the epochs that it told of.",
        _of_record(lambda record: record.cost.wall_seconds),
        unit="s",
    ),
    field(
        "compile_seconds",
        Kind.NUMBER,
        "Of these, compiling.",
        _of_record(lambda record: defined(record.cost.compile_seconds)),
        unit="s",
    ),
    field(
        "step_seconds",
        Kind.NUMBER,
        "One training step.",
        _of_record(lambda record: defined(record.cost.step_seconds)),
        unit="s",
    ),
    field(
        "peak_memory_bytes",
        Kind.INTEGER,
        "Largest resident set of its process; none if nobody could read it.",
        _of_record(lambda record: record.cost.peak_memory_bytes or None),
        unit="bytes",
    ),
)
_NORMALIZATION: tuple[Field[Run], ...] = (
    field(
        "batchnorm_accuracy_inference",
        Kind.NUMBER,
        "Accuracy on validation examples by the statistics of inference; none without BatchNormalization.",
        _of_record(lambda record: record.normalization and record.normalization.inference),
    ),
    field(
        "batchnorm_accuracy_by_batch",
        Kind.NUMBER,
        "The same by each batch's own statistics, as in training.",
        _of_record(lambda record: record.normalization and record.normalization.by_batch),
    ),
    field(
        "batchnorm_accuracy_reestimated",
        Kind.NUMBER,
        "The same by statistics estimated anew on the training data.",
        _of_record(lambda record: record.normalization and record.normalization.reestimated),
    ),
)
_ORIGIN: tuple[Field[Run], ...] = (
    field(
        "order_hash",
        Kind.TEXT,
        "Hash of the order of batches: the same in every arm of a seed.",
        _of_record(lambda record: record.order_hash or None),
    ),
    field("arm_identity", Kind.TEXT, "Hash of the arm.", lambda run: run.arm.identity),
    field(
        "data_fingerprint",
        Kind.TEXT,
        "SHA-256 of the data as they are learned.",
        lambda run: run.study.dataset.fingerprint,
    ),
    field(
        "engine",
        Kind.TEXT,
        "What trained, with the versions that change numbers.",
        lambda run: run.study.engine,
    ),
    field(
        "seeds_together",
        Kind.INTEGER,
        "Seeds that trained in one computation, this one included.",
        _of_record(lambda record: record.together),
    ),
    field(
        "replaced_layers",
        Kind.TEXT,
        "Layers that trained as faster ones that compute the same.",
        _of_record(lambda record: ", ".join(record.replaced_layers) or None),
    ),
    field(
        "finished_at",
        Kind.TIME,
        "When it ended.",
        _of_record(lambda record: datetime.fromisoformat(record.finished_at)),
    ),
    field(
        "device", Kind.TEXT, "What computed.", _of_record(lambda record: record.environment.device or None)
    ),
    field(
        "processor",
        Kind.TEXT,
        "Its host's processor.",
        _of_record(lambda record: record.environment.processor or None),
    ),
    field(
        "cores",
        Kind.INTEGER,
        "Processors that the process might use.",
        _of_record(lambda record: record.environment.cores),
    ),
    field(
        "platform",
        Kind.TEXT,
        "Operating system.",
        _of_record(lambda record: record.environment.platform or None),
    ),
)


def _score(name: str, taken: Collection[str]) -> Field[Run]:
    """Return the column of a score; one that is called like another column is told from it."""
    return field(
        f"score_{name}" if name in taken else name,
        Kind.NUMBER,
        f"{name.replace('_', ' ')} after the last epoch; none of a run that did not complete, or where it is not defined.",
        lambda run: defined(run.scores.get(name, math.nan)),
    )


def _knobs(study: StudyRecord) -> tuple[Field[Run], ...]:
    names = dict.fromkeys(name for match in study.matches for name in match.sizes)
    return tuple(
        field(
            f"knob_{name}",
            Kind.INTEGER,
            f"The {name} to which the arm was made to meet its budget; none if it has no such knob.",
            lambda run, name=name: knobs_of(run.study, run.arm.name).get(name),
        )
        for name in names
    )


def _versions(records: Sequence[RunRecord]) -> tuple[Field[Run], ...]:
    names = sorted({name for record in records for name in record.environment.versions})
    return tuple(
        field(
            f"version_{name}",
            Kind.TEXT,
            f"Version of {name}.",
            _of_record(lambda record, name=name: record.environment.versions.get(name)),
        )
        for name in names
    )
