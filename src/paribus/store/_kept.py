"""What the store knows of weights, which lie beside it."""

from collections.abc import Sequence

import sqlalchemy as sa

from paribus.store._schema import has_table, members, weights
from paribus.store._weights import KeptFile

_MOST_RUNS = 1_000
"""In one query; databases refuse tens of thousands of parameters."""


def add_kept(connection: sa.Connection, run_id: str, kept: KeptFile) -> None:
    """Keep what is known of a run's weights, in place of what was known before."""
    connection.execute(sa.delete(weights).where(weights.c.run_id == run_id))
    connection.execute(sa.insert(weights).values(run_id=run_id, size=kept.size, digest=kept.digest))


def kept_of(connection: sa.Connection, run_ids: Sequence[str]) -> dict[str, KeptFile]:
    """Return what is known of the weights of those runs whose weights are kept."""
    found: dict[str, KeptFile] = {}
    if not has_table(connection, weights):
        return found
    for first in range(0, len(run_ids), _MOST_RUNS):
        query = sa.select(weights.c.run_id, weights.c.size, weights.c.digest).where(
            weights.c.run_id.in_(run_ids[first : first + _MOST_RUNS])
        )
        rows = connection.execute(query)
        found |= {run_id: KeptFile(size=size, digest=digest) for run_id, size, digest in rows}
    return found


def kept_by_study(connection: sa.Connection) -> dict[str, tuple[int, int]]:
    """Return, by study, of how many runs the weights are kept, and their bytes; a run that two arms share counts once."""
    if not has_table(connection, weights):
        return {}
    kept = (
        sa.select(members.c.study_id, members.c.run_id, weights.c.size)
        .join_from(members, weights, members.c.run_id == weights.c.run_id)
        .distinct()
        .subquery()
    )
    query = sa.select(kept.c.study_id, sa.func.count(), sa.func.sum(kept.c.size)).group_by(kept.c.study_id)
    return {study_id: (count, int(size)) for study_id, count, size in connection.execute(query)}
