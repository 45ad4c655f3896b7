"""Which probes a study has, and which of its runs lack what they measure."""

from collections.abc import Sequence
from dataclasses import replace

from paribus.records import ProbeRecord, RunRecord, RunSpec, Status
from paribus.store import Store
from paribus.study import Study, StudyRecord


def declared(study: Study, record: StudyRecord) -> tuple[ProbeRecord, ...]:
    """Return the probes that a study declares itself, of all that are known of it."""
    names = {probe.name for probe in study.probes}
    return tuple(probe for probe in record.probes if probe.name in names)


def with_known_probes(record: StudyRecord, store: Store) -> StudyRecord:
    """Return the study with those probes besides that have been measured on its runs before: what is known stays shown.

    A probe whose name or metrics the study has given to another one is left out.
    """
    known = store.study(record.study_id)
    taken = {probe.name for probe in record.probes} | set(record.scores)
    others = [probe for probe in known.probes if not taken & {probe.name, *probe.metrics}] if known else []
    return replace(record, probes=(*record.probes, *others))


def unmeasured(record: RunRecord, probes: Sequence[ProbeRecord]) -> tuple[ProbeRecord, ...]:
    """Return the probes that have not been tried on a run; none of a run that was not completed. One that failed has been tried."""
    if record.status is not Status.COMPLETED:
        return ()
    tried = {outcome.identity for outcome in record.probes}
    return tuple(probe for probe in probes if probe.identity not in tried)


def identified(record: RunRecord, probes: Sequence[ProbeRecord]) -> RunRecord:
    """Return a run whose outcomes know which probe they are of."""
    identities = {probe.name: probe.identity for probe in probes}
    outcomes = (replace(outcome, identity=identities[outcome.name]) for outcome in record.probes)
    return replace(record, probes=tuple(outcomes))


def again_sentence(again: Sequence[RunSpec], lacking: Sequence[str]) -> tuple[str, ...]:
    """Say that stored runs are trained again to be measured, if any are."""
    if not again:
        return ()
    runs = f"{len(again)} stored run{'s' if len(again) > 1 else ''}"
    lack, kept = ("lack", "keep") if len(again) > 1 else ("lacks", "keeps")
    return (f"{runs} {lack} {', '.join(lacking)} and {kept} no weights; trained again to measure it.",)
