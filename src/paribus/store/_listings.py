"""Which studies a store holds."""

from dataclasses import dataclass

import sqlalchemy as sa

from paribus.store._codec import decode
from paribus.store._kept import kept_by_study
from paribus.store._schema import members, runs, studies
from paribus.study import StudyRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyListing:
    """A stored study and how far it has come; `weighed` counts the runs whose weights are kept, in `weights_bytes` altogether."""

    record: StudyRecord
    planned: int
    ended: int
    last_run_at: str
    weighed: int = 0
    weights_bytes: int = 0


def listed_studies(connection: sa.Connection) -> tuple[StudyListing, ...]:
    """Return all stored studies, the one run last first."""
    counts = (
        sa.select(
            members.c.study_id,
            sa.func.count().label("planned"),
            sa.func.count(runs.c.run_id).label("ended"),
        )
        .join_from(members, runs, members.c.run_id == runs.c.run_id, isouter=True)
        .group_by(members.c.study_id)
        .subquery()
    )
    query = (
        sa.select(
            studies.c.study_id, studies.c.record, studies.c.last_run_at, counts.c.planned, counts.c.ended
        )
        .join_from(studies, counts, studies.c.study_id == counts.c.study_id)
        .order_by(studies.c.last_run_at.desc())
    )
    kept = kept_by_study(connection)
    return tuple(
        StudyListing(
            record=decode(record, StudyRecord),
            last_run_at=last,
            planned=planned,
            ended=ended,
            weighed=kept.get(study_id, (0, 0))[0],
            weights_bytes=kept.get(study_id, (0, 0))[1],
        )
        for study_id, record, last, planned, ended in connection.execute(query)
    )
