"""What probes have measured, kept beside the runs, so that more can be measured later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from paribus.records import ProbeOutcome, ProbeRecord, RunRecord
from paribus.store._codec import decode, encode
from paribus.store._schema import has_table, probes

_MOST_RUNS = 500
"""In one query; databases refuse tens of thousands of parameters."""


def add_outcomes(connection: sa.Connection, run_id: str, outcomes: Sequence[ProbeOutcome]) -> None:
    """Keep outcomes in place of earlier ones of the same probes."""
    for outcome in outcomes:
        key = {"run_id": run_id, "identity": outcome.identity}
        same = [probes.c[name] == value for name, value in key.items()]
        connection.execute(sa.delete(probes).where(*same))
        connection.execute(sa.insert(probes).values(**key, record=encode(outcome)))


def with_outcomes(
    connection: sa.Connection, records: Mapping[str, RunRecord], asked: Sequence[ProbeRecord]
) -> dict[str, RunRecord]:
    """Return the records by run, each with what the probes that are asked about have measured on it."""
    if not asked or not has_table(connection, probes):
        return dict(records)
    found: dict[str, dict[str, ProbeOutcome]] = {}
    runs = list(records)
    for first in range(0, len(runs), _MOST_RUNS):
        query = sa.select(probes.c.run_id, probes.c.identity, probes.c.record).where(
            probes.c.run_id.in_(runs[first : first + _MOST_RUNS]),
            probes.c.identity.in_([probe.identity for probe in asked]),
        )
        for run_id, identity, record in connection.execute(query):
            found.setdefault(run_id, {})[identity] = decode(record, ProbeOutcome)
    return {
        run_id: replace(
            record,
            probes=tuple(
                found[run_id][probe.identity] for probe in asked if probe.identity in found.get(run_id, {})
            ),
        )
        for run_id, record in records.items()
    }
