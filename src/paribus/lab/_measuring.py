"""Probes on stored runs, from their weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from paribus.executors import Executor
from paribus.records import ProbeOutcome, ProbeRecord, RunRecord, RunSpec
from paribus.spread import measured_runs
from paribus.store import KeptFile, Store, Weights
from paribus.study import Study


@dataclass(frozen=True, slots=True)
class Kept:
    """A store, and the weights beside it."""

    store: Store
    weights: Weights

    def keep(self, spec: RunSpec, content: bytes) -> None:
        """Keep a run's weights."""
        self.store.add_weights(spec.run_id, self.weights.write(spec.run_id, content))

    def of(self, records: Sequence[RunRecord]) -> dict[str, KeptFile]:
        """Return what is known of the weights of those runs whose file is there, by run."""
        known = self.store.weights([record.spec.run_id for record in records])
        return {run_id: kept for run_id, kept in known.items() if self.weights.holds(run_id)}


def measure_stored(
    study: Study,
    wanted: Mapping[RunSpec, Sequence[ProbeRecord]],
    kept: Kept,
    executor: Executor,
    waiting: Callable[[], None],
) -> tuple[str, ...]:
    """Measure on stored runs and keep what comes out; return in sentences what could not be measured.

    Args:
        study: At the sizes at which it was trained; it declares the probes.
        wanted: By run, which of them.
        kept: Where runs and their weights are.
        executor: Where it is measured.
        waiting: Called while it is; may raise to end it.
    """
    files = kept.store.weights([spec.run_id for spec in wanted])

    def read(spec: RunSpec) -> bytes:
        return kept.weights.read(spec.run_id, files[spec.run_id]) or b""

    problems: list[str] = []
    names = {spec: tuple(probe.name for probe in probes) for spec, probes in wanted.items()}
    for spec, found in measured_runs(study, names, executor, read, waiting):
        if isinstance(found, str):
            problems.append(f"{spec.arm}, seed {spec.seed}: not measured. {found}")
        else:
            kept.store.add_probes(spec.run_id, _identified(found, wanted[spec]))
    return tuple(problems)


def _identified(outcomes: Sequence[ProbeOutcome], probes: Sequence[ProbeRecord]) -> tuple[ProbeOutcome, ...]:
    identities = {probe.name: probe.identity for probe in probes}
    return tuple(replace(outcome, identity=identities[outcome.name]) for outcome in outcomes)


def measuring_sentence(wanted: Mapping[RunSpec, Sequence[ProbeRecord]]) -> str:
    """Return what is said before stored runs are measured."""
    names = dict.fromkeys(probe.name for probes in wanted.values() for probe in probes)
    runs = f"{len(wanted)} stored run{'s' if len(wanted) > 1 else ''}"
    return f"Measuring {', '.join(names)} on {runs}, from their weights; nothing is trained for it."
