"""What MLflow is told of a study, as plain data: a run for every arm, and in it one for every seed."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from paribus.analyse import ContrastResult
from paribus.export._contrasts import contrast_table
from paribus.export._export import Export
from paribus.export._names import safe_names
from paribus.export._planned import NOT_TRAINED, Run, knobs_of, planned_runs
from paribus.export._points import began_at, ended_at, metric_names, points, probed, score_of
from paribus.export._settings import settings
from paribus.export._tracked import Metric, Tracked, TrackedArm, key_of, milliseconds, name_of, named, title
from paribus.records import ArmRecord, RunRecord, Status

_NOTE = "mlflow.note.content"
"""The tag that MLflow shows as a description, in Markdown."""


def tracked(export: Export) -> tuple[TrackedArm, ...]:
    """Return the arms of which a run has ended."""
    runs = planned_runs(export)
    by_arm = [(arm, [run for run in runs if run.arm.name == arm.name]) for arm in export.study.arms]
    return tuple(
        TrackedArm(
            run=_arm(export, arm, own),
            seeds=tuple(_seed(export, run, run.record) for run in own if run.record),
        )
        for arm, own in by_arm
        if any(run.record for run in own)
    )


def experiment_tags(export: Export) -> dict[str, str]:
    """Return what is said of the whole study."""
    return named({**_study_tags(export), _NOTE: _note(export, export.analysis.contrasts)})


def _arm(export: Export, arm: ArmRecord, runs: Sequence[Run]) -> Tracked:
    """Return an arm's run: its mean scores, and the verdicts about it."""
    ended = [run.record for run in runs if run.record]
    about = [
        result
        for result in export.analysis.contrasts
        if arm.name in {result.contrast.treatment, result.contrast.control}
    ]
    tags = {
        **_study_tags(export),
        **_verdicts(export, arm),
        "paribus.arm": arm.name,
        "paribus.runs": _counts(runs),
        _NOTE: _note(export, about),
    }
    end = milliseconds(max(map(ended_at, ended)))
    return Tracked(
        key=key_of(export.study.study_id, arm.name),
        name=title(arm.name),
        succeeded=any(record.status is Status.COMPLETED for record in ended),
        begin=milliseconds(min(map(began_at, ended))),
        end=end,
        parameters=named({**settings(export.study), **_sizes(export, arm)}),
        tags=named(tags),
        metrics=_means(export, arm.name, end),
        files={"contrasts.json": _rows(export, about), "summary.md": export.summary},
    )


def _seed(export: Export, run: Run, record: RunRecord) -> Tracked:
    """Return the run of one seed: every metric at every epoch."""
    tags = {
        **_study_tags(export),
        **{f"paribus.version.{name}": version for name, version in record.environment.versions.items()},
        "paribus.arm": run.arm.name,
        "paribus.seed": str(run.seed),
        "paribus.run_id": record.spec.run_id,
        "paribus.status": record.status.value,
        "paribus.reason": run.reason,
        "paribus.order_hash": record.order_hash,
        "paribus.device": record.environment.device,
        _NOTE: run.reason,
    }
    which = {"arm": run.arm.name, "seed": str(run.seed)}
    return Tracked(
        key=key_of(export.study.study_id, run.arm.name, str(run.seed)),
        name=title(run.arm.name, run.seed),
        succeeded=record.status is Status.COMPLETED,
        begin=milliseconds(began_at(record)),
        end=milliseconds(ended_at(record)),
        parameters=named({**settings(export.study), **_sizes(export, run.arm), **which}),
        tags=named(tags),
        metrics=tuple(
            Metric(
                name=name_of(point.name),
                value=point.value,
                step=point.epoch,
                at=milliseconds(point.at),
            )
            for point in points(export, run, record)
        ),
    )


def _study_tags(export: Export) -> dict[str, str]:
    return {
        "mlflow.source.name": "paribus",
        "paribus.study_id": export.study.study_id,
        "paribus.study": export.study.name,
        "paribus.question": export.study.question,
        "paribus.quick": str(export.study.quick).lower(),
    }


def _sizes(export: Export, arm: ArmRecord) -> dict[str, str]:
    sizes = {f"knob.{name}": str(size) for name, size in knobs_of(export.study, arm.name).items()}
    if arm.parameters:
        sizes["trainable_parameters"] = str(arm.parameters.trainable)
    return sizes


def _verdicts(export: Export, arm: ArmRecord) -> dict[str, str]:
    """Return what was concluded of an arm as treatment, by control and metric."""
    names = safe_names(arm.name for arm in export.study.arms)
    asked = (result.contrast for result in export.analysis.contrasts)
    return {
        f"paribus.verdict.{names[contrast.control]}.{contrast.metric}": _headline(export, contrast.label)
        for contrast in asked
        if contrast.treatment == arm.name
    }


def _means(export: Export, arm: str, at: int) -> tuple[Metric, ...]:
    """Return mean and spread of every score over the seeds, as far as they are defined."""
    names, besides = metric_names(export), probed(export)
    summaries = next(result.summaries for result in export.analysis.arms if result.arm == arm)
    found: list[Metric] = []
    for score, summary in summaries.items():
        split, metric = ("", score) if score in besides else score.split("_", 1)
        for word, value in (("mean", summary.mean), ("spread", summary.spread)):
            if not math.isnan(value):
                name = name_of(f"{score_of(split, names[metric])}_{word}")
                found.append(Metric(name=name, value=value, step=summary.n, at=at))
    return tuple(found)


def _counts(runs: Sequence[Run]) -> str:
    """Return "3 completed, 1 not trained"."""
    counts = Counter(run.record.status.value if run.record else NOT_TRAINED for run in runs)
    return ", ".join(f"{count} {status}" for status, count in counts.items())


def _note(export: Export, results: Iterable[ContrastResult]) -> str:
    """Return question, verdicts and what limits them, as Markdown."""
    labels = [result.contrast.label for result in results]
    told = "\n".join(f"- **{label}**: {_headline(export, label)}" for label in labels)
    limits = "\n".join(f"> {caveat}" for caveat in export.analysis.caveats)
    return "\n\n".join(filter(None, [export.study.question, told, limits]))


def _headline(export: Export, label: str) -> str:
    return export.headlines.get(label) or export.analysis.verdicts[label].word.value


def _rows(export: Export, results: Iterable[ContrastResult]) -> str:
    labels = {result.contrast.label for result in results}
    rows = [row for row in contrast_table(export).records() if row["contrast"] in labels]
    return msgspec.json.format(msgspec.json.encode(rows), indent=1).decode()
