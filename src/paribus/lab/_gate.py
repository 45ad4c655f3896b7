"""A change is let through if it does no harm."""

import math
from dataclasses import replace
from pathlib import Path

from paribus.analyse import GateResult
from paribus.errors import GateError, listed, nearest
from paribus.evidence import harm_test
from paribus.executors import Executor, Inline
from paribus.lab._baseline import comparable, described, read_baseline, write_baseline
from paribus.lab._places import DEFAULT_STORE
from paribus.lab._results import Audit
from paribus.lab._run import Conductor, Means, audited_study, conducting
from paribus.plan import plan
from paribus.progress import Quiet, Watcher
from paribus.records import Baseline, RunRecord, Status
from paribus.store import Store
from paribus.study import Contrast, Study, directed

_BASELINE_SUFFIX = ".json"


def gate(
    study: Study,
    arm: str,
    against: str | Path,
    *,
    margin: float | None = None,
    metric: str = "test_accuracy",
    store: str | Path = DEFAULT_STORE,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
    command: str = "",
) -> GateResult:
    """Train a candidate, and say whether it does harm against a baseline.

    Args:
        study: It has the arm, data, recipe and seeds; only the arms that are compared are trained.
        arm: The candidate.
        against: Another arm of the study, or a file that `update_baseline` has written.
        margin: The loss that would matter, in the metric's unit; by default that of the study's contrast of the two, or of any on
            that metric.
        metric: One of the recipe's `scores`.
        store: SQLite file or database URL.
        executor: How runs are spread; in this process by default.
        watcher: Told of every step.
        command: What gives this call on a command line.

    Raises:
        GateError: There is no such arm, metric or baseline, no margin, or the baseline was trained on other data, by another recipe
            or with other versions.
    """
    is_file = Path(against).suffix == _BASELINE_SUFFIX
    other = None if is_file else str(against)
    _known(study, [arm, *([other] if other else [])], metric)
    contrast = _contrast(study, arm, str(against), metric, margin)
    stored = read_baseline(Path(against)) if is_file else None
    chosen, watching = executor or Inline(), watcher or Quiet()
    with Store.write(store) as opened:
        sized, audited = audited_study(study, chosen, watching, None)
        if stored is not None:
            comparable(stored, described(audited, arm, metric, {}), Path(against))
        with conducting(Means(opened, str(store), chosen), audited, watching, command=command) as conductor:
            records = _trained(conductor, sized, audited, [arm, *([other] if other else [])])
    candidate = _scores(records, arm, metric)
    baseline = _scores(records, other, metric) if other else (stored.scores if stored else {})
    identities = {each.name: each.identity for each in audited.arms}
    base_identity = identities[other] if other else (stored.identity if stored else "")
    shared = [seed for seed in audited.seeds if seed in candidate and seed in baseline]
    deltas = [candidate[seed] - baseline[seed] for seed in shared]
    return GateResult(
        study=study.name,
        contrast=contrast,
        baseline=f"arm '{other}'" if other else str(against),
        candidate_scores=candidate,
        baseline_scores=baseline,
        test=harm_test(deltas, margin=contrast.margin or math.nan, rises=contrast.rises),
        identical=bool(shared) and identities[arm] == base_identity,
        lost=_lost(records, arm, baseline),
        problems=tuple(_unpaired(audited, arm, candidate, baseline, records)),
    )


def update_baseline(
    study: Study,
    arm: str,
    file: str | Path,
    *,
    metric: str = "test_accuracy",
    store: str | Path = DEFAULT_STORE,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
    command: str = "",
) -> Baseline:
    """Train an arm and write its scores, with all that must be equal for them to be compared, to be committed.

    Args:
        study: It has the arm, data, recipe and seeds.
        arm: Whose scores are written.
        file: Where; its name ends in ".json".
        metric: One of the recipe's `scores`.
        store: SQLite file or database URL.
        executor: How runs are spread; in this process by default.
        watcher: Told of every step.
        command: What gives this call on a command line.

    Raises:
        GateError: There is no such arm or metric, a run failed, or the file cannot be written.
    """
    _known(study, [arm], metric)
    if Path(file).suffix != _BASELINE_SUFFIX:
        raise GateError(
            f"{file}: a baseline's name ends in {_BASELINE_SUFFIX}, which tells it from an arm's."
        )
    chosen, watching = executor or Inline(), watcher or Quiet()
    with Store.write(store) as opened:
        sized, audited = audited_study(study, chosen, watching, None)
        with conducting(Means(opened, str(store), chosen), audited, watching, command=command) as conductor:
            records = _trained(conductor, sized, audited, [arm])
    scores = _scores(records, arm, metric)
    if failed := [seed for seed in audited.seeds if seed not in scores]:
        raise GateError(
            f"{arm}, seed {', '.join(map(str, failed))}: no score, so no baseline was written; the same command tries again."
        )
    made = described(audited, arm, metric, scores)
    write_baseline(made, Path(file))
    return made


def _known(study: Study, arms: list[str], metric: str) -> None:
    names = [arm.name for arm in study.arms]
    problems = [
        f"'{arm}' is not an arm of {study.name}; the arms are {listed(names)}.{nearest(arm, names)} A baseline file ends in .json."
        for arm in arms
        if arm not in names
    ]
    if metric not in study.scores:
        problems.append(
            f"no metric '{metric}'; there are {listed(study.scores)}.{nearest(metric, study.scores)}"
        )
    if problems:
        raise GateError(problems)


def _contrast(study: Study, arm: str, baseline: str, metric: str, margin: float | None) -> Contrast:
    """Return candidate minus baseline, with the margin and direction of the study's contrast that is nearest to it."""
    if arm == baseline:
        raise GateError(
            f"'{arm}' is compared with itself; name another arm with --against, or a baseline file."
        )
    alike = [contrast for contrast in study.contrasts if contrast.metric == metric]
    alike.sort(key=lambda each: ({each.treatment, each.control} != {arm, baseline}, each.margin is None))
    chosen = margin or next((contrast.margin for contrast in alike if contrast.margin), None)
    if chosen is None:
        raise GateError(
            "no margin: say which loss would matter, as --margin 0.3pp (points) or in the metric's own unit."
        )
    if alike:
        return replace(alike[0], treatment=arm, control=baseline, margin=chosen, cell="")
    (made,) = directed([Contrast(arm, baseline, margin=chosen, metric=metric)], study.probes)
    return made


def _trained(conductor: Conductor, study: Study, audited: Audit, arms: list[str]) -> tuple[RunRecord, ...]:
    """Return the arms' runs; they are kept as runs, but not as a study's, whose plan they would change."""
    specs = [spec for spec in plan(audited.study, audited.seeds) if spec.arm in arms]
    ended = {record.spec: record for record in conductor.train(study, audited, specs)}
    found = conductor.means.store.records(specs, audited.study.probes)
    stored = {record.spec: record for record in found}
    return tuple((ended | stored).values())


def _scores(records: tuple[RunRecord, ...], arm: str | None, metric: str) -> dict[int, float]:
    scores = {record.spec.seed: record.score(metric) for record in records if record.spec.arm == arm}
    return {seed: score for seed, score in scores.items() if score is not None and math.isfinite(score)}


def _lost(records: tuple[RunRecord, ...], arm: str, baseline: dict[int, float]) -> dict[int, Status]:
    """Return how the candidate's runs ended that have no score where the baseline has one."""
    return {
        record.spec.seed: record.status
        for record in records
        if record.spec.arm == arm and record.status is not Status.COMPLETED and record.spec.seed in baseline
    }


def _unpaired(
    audited: Audit,
    arm: str,
    candidate: dict[int, float],
    baseline: dict[int, float],
    records: tuple[RunRecord, ...],
) -> list[str]:
    by_seed = {record.spec.seed: record for record in records if record.spec.arm == arm}
    told: list[str] = []
    for seed in audited.seeds:
        if seed not in candidate:
            record = by_seed.get(seed)
            why = f"{record.status.sentence} {record.reason}".strip() if record else "It was not trained."
            told.append(f"seed {seed}: the candidate has no score. {why}")
        elif seed not in baseline:
            told.append(
                f"seed {seed}: the baseline has no score; it has those of {', '.join(map(str, baseline))}."
            )
    return told
