"""The store: one writer, any number of readers, one transaction per finished run."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import exc

from paribus.errors import StoreError, listed, nearest
from paribus.records import Design, Look, RunRecord, RunSpec
from paribus.store._schema import (
    SCHEMA_VERSION,
    designs,
    images,
    looks,
    members,
    metadata,
    runs,
    schema,
    studies,
)
from paribus.store._sqlite import make_durable, sqlite_engine
from paribus.study import StudyRecord

Record = TypeVar("Record")

_SQLITE_FILE = "sqlite:///"
_MOST_PARAMETERS = 1_000
"""In one query; databases refuse tens of thousands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A run that a study planned, and its record if the run has ended."""

    arm: str
    seed: int
    record: RunRecord | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyListing:
    """A stored study and how far it has come."""

    record: StudyRecord
    planned: int
    ended: int
    last_run_at: str


class Store:
    """Studies and runs in a database; open it with `Store.write` or `Store.read`, and close it.

    Args:
        place: Path of a SQLite file, or a database URL.
        read_only: Whether nothing can be written.
    """

    def __init__(self, place: str, *, read_only: bool) -> None:
        self._engine = _engine(place, read_only=read_only)
        self.place = place if "://" not in place else sa.make_url(place).render_as_string(hide_password=True)
        try:
            self._check(writing=not read_only)
            if not read_only and self._engine.dialect.name == "sqlite":
                make_durable(self._engine)
        except StoreError:
            self._engine.dispose()
            raise

    @classmethod
    def write(cls, place: str | Path) -> Self:
        """Open the store at `place` for reading and writing, and make it if there is none.

        Raises:
            StoreError: It cannot be opened or written, is no store, or is of a newer version.
        """
        return cls(str(place), read_only=False)

    @classmethod
    def read(cls, place: str | Path) -> Self:
        """Open the store at `place` so that nothing can be written.

        Raises:
            StoreError: There is none, it is no store, or it is of a newer version.
        """
        return cls(str(place), read_only=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    def add_study(self, study: StudyRecord, specs: Iterable[RunSpec]) -> None:
        """Keep the study and the runs it plans; runs planned before stay planned."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        row = {
            "study_id": study.study_id,
            "name": study.name,
            "last_run_at": now,
            "record": _encode(study),
        }
        planned = [
            {"study_id": study.study_id, "arm": spec.arm, "seed": spec.seed, "run_id": spec.run_id}
            for spec in specs
        ]
        with self._transaction() as connection:
            connection.execute(sa.delete(studies).where(studies.c.study_id == study.study_id))
            connection.execute(sa.insert(studies).values(row))
            connection.execute(
                sa.delete(members).where(
                    members.c.study_id == study.study_id,
                    members.c.seed.in_({spec["seed"] for spec in planned}),
                    members.c.arm.in_({spec["arm"] for spec in planned}),
                )
            )
            connection.execute(sa.insert(members), planned)

    def add(self, record: RunRecord) -> None:
        """Keep a run that has ended, in one transaction; an earlier record of the same run is replaced."""
        with self._transaction() as connection:
            connection.execute(sa.delete(runs).where(runs.c.run_id == record.spec.run_id))
            connection.execute(
                sa.insert(runs).values(
                    run_id=record.spec.run_id, status=record.status.value, record=_encode(record)
                )
            )

    def records(self, specs: Sequence[RunSpec]) -> tuple[RunRecord, ...]:
        """Return the final records of those runs that have one, labelled as the specs are."""
        wanted = list(dict.fromkeys(spec.run_id for spec in specs))
        found: dict[str, RunRecord] = {}
        with self._transaction() as connection:
            for first in range(0, len(wanted), _MOST_PARAMETERS):
                part = wanted[first : first + _MOST_PARAMETERS]
                query = sa.select(runs.c.run_id, runs.c.record).where(runs.c.run_id.in_(part))
                found |= {run_id: _decode(record, RunRecord) for run_id, record in connection.execute(query)}
        return tuple(
            _labelled(found[spec.run_id], spec.arm)
            for spec in specs
            if spec.run_id in found and found[spec.run_id].status.is_final
        )

    def members(self, study_id: str) -> tuple[Member, ...]:
        """Return the study's planned runs by seed, each with its record if it has ended."""
        query = (
            sa.select(members.c.arm, members.c.seed, runs.c.record)
            .join_from(members, runs, members.c.run_id == runs.c.run_id, isouter=True)
            .where(members.c.study_id == study_id)
            .order_by(members.c.seed)
        )
        with self._transaction() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Member(
                arm=arm,
                seed=seed,
                record=None if record is None else _labelled(_decode(record, RunRecord), arm),
            )
            for arm, seed, record in rows
        )

    def design(self, study_id: str) -> Design | None:
        """Return what was planned when the study was first run; None of a study of before that was kept."""
        query = sa.select(designs.c.record).where(designs.c.study_id == study_id)
        with self._transaction() as connection:
            if not _has(connection, designs):
                return None
            record = connection.execute(query).scalar_one_or_none()
        return None if record is None else _decode(record, Design)

    def designs_of(self, run_ids: Sequence[str], *, besides: str) -> tuple[Design, ...]:
        """Return the designs of all other studies that have one of these runs."""
        found: list[bytes] = []
        with self._transaction() as connection:
            for first in range(0, len(run_ids), _MOST_PARAMETERS):
                query = (
                    sa.select(designs.c.record)
                    .join_from(designs, members, designs.c.study_id == members.c.study_id)
                    .where(
                        members.c.run_id.in_(run_ids[first : first + _MOST_PARAMETERS]),
                        designs.c.study_id != besides,
                    )
                    .distinct()
                )
                found += connection.execute(query).scalars().all()
        return tuple(_decode(record, Design) for record in dict.fromkeys(found))

    def add_design(self, study_id: str, design: Design) -> None:
        """Keep what was planned, in place of what was planned before; nobody may do so once anything was found."""
        row = {"study_id": study_id, "record": _encode(design)}
        with self._transaction() as connection:
            connection.execute(sa.delete(designs).where(designs.c.study_id == study_id))
            connection.execute(sa.insert(designs).values(row))

    def looks(self, study_id: str) -> tuple[Look, ...]:
        """Return every time that somebody was told the study's result, the first time first."""
        query = sa.select(looks.c.record).where(looks.c.study_id == study_id).order_by(looks.c.number)
        with self._transaction() as connection:
            if not _has(connection, looks):
                return ()
            records = connection.execute(query).scalars().all()
        return tuple(_decode(record, Look) for record in records)

    def add_look(self, study_id: str, look: Look) -> None:
        """Keep that the result was told, unless the same was told before of the same seeds."""
        query = sa.select(looks.c.record).where(looks.c.study_id == study_id)
        with self._transaction() as connection:
            known = [_decode(record, Look) for record in connection.execute(query).scalars().all()]
            if any(replace(each, at=look.at) == look for each in known):
                return
            row = {"study_id": study_id, "number": len(known) + 1, "record": _encode(look)}
            connection.execute(sa.insert(looks).values(row))

    def images(self, fingerprint: str) -> dict[int, bytes]:
        """Return those test examples of a dataset whose images are kept, as PNG, by their index."""
        query = sa.select(images.c.example, images.c.png).where(images.c.fingerprint == fingerprint)
        with self._transaction() as connection:
            if not _has(connection, images):
                return {}
            rows = connection.execute(query).all()
        return {row[0]: row[1] for row in rows}

    def add_images(self, fingerprint: str, made: Mapping[int, bytes]) -> None:
        """Keep images of a dataset's test examples, those that are not kept yet."""
        known = self.images(fingerprint)
        rows = [
            {"fingerprint": fingerprint, "example": example, "png": png}
            for example, png in made.items()
            if example not in known
        ]
        if rows:
            with self._transaction() as connection:
                connection.execute(sa.insert(images), rows)

    def listings(self) -> tuple[StudyListing, ...]:
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
            sa.select(studies.c.record, studies.c.last_run_at, counts.c.planned, counts.c.ended)
            .join_from(studies, counts, studies.c.study_id == counts.c.study_id)
            .order_by(studies.c.last_run_at.desc())
        )
        with self._transaction() as connection:
            rows = connection.execute(query).all()
        return tuple(
            StudyListing(record=_decode(record, StudyRecord), last_run_at=last, planned=planned, ended=ended)
            for record, last, planned, ended in rows
        )

    def matching(self, reference: str | None = None) -> tuple[StudyListing, ...]:
        """Return the studies with that name, or with an id that begins so, the one run last first; all, if none is named.

        Raises:
            StoreError: There is none; the message names those there are.
        """
        listings = self.listings()
        found = tuple(
            listing
            for listing in listings
            if reference is None
            or reference == listing.record.name
            or listing.record.study_id.startswith(reference)
        )
        if found:
            return found
        names = list(dict.fromkeys(listing.record.name for listing in listings))
        raise StoreError(
            f"no study '{reference}' in {self.place}; it holds {listed(names)}.{nearest(reference or '', names)}"
            if names
            else f"{self.place} holds no study yet; `paribus run convolution` makes one."
        )

    def find(self, reference: str | None = None) -> StudyRecord:
        """Return the study run last among those that match.

        Raises:
            StoreError: There is none; the message names those there are.
        """
        return self.matching(reference)[0].record

    def previous(self, study: StudyRecord) -> StudyRecord | None:
        """Return the study of the same name, and as quick, that was run last and differs from this one."""
        return next(
            (
                listing.record
                for listing in self.listings()
                if listing.record.name == study.name
                and listing.record.quick == study.quick
                and listing.record.study_id != study.study_id
            ),
            None,
        )

    def _check(self, *, writing: bool) -> None:
        """Accept no unknown schema; a writer writes the version, to learn now whether it can."""
        with self._transaction() as connection:
            _check_version(connection, self.place, writing=writing)
            if writing:
                connection.execute(sa.delete(schema))
                connection.execute(sa.insert(schema).values(version=SCHEMA_VERSION))

    @contextmanager
    def _transaction(self) -> Generator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except exc.DBAPIError as error:
            raise StoreError(_sentence(self.place, str(error.orig))) from error


def _engine(place: str, *, read_only: bool) -> sa.Engine:
    if place.startswith(_SQLITE_FILE) and "?" not in place:
        place = place.removeprefix(_SQLITE_FILE)
    if "://" in place:
        try:
            return sa.create_engine(place)
        except (exc.ArgumentError, ImportError) as error:
            raise StoreError(f"{place} is no database URL that can be opened: {error}.") from error
    path = Path(place)
    if path.is_dir():
        raise StoreError(f"{place} is a folder; a store is a file, such as {path / 'paribus.db'}.")
    if read_only and not path.exists():
        raise StoreError(
            f"there is no store at {place}; `paribus run convolution --store {place}` makes one."
        )
    if not path.absolute().parent.is_dir():
        raise StoreError(
            f"{place} cannot be made, because the folder {path.absolute().parent} does not exist."
        )
    return sqlite_engine(path, read_only=read_only)


def _check_version(connection: sa.Connection, place: str, *, writing: bool) -> None:
    tables = sa.inspect(connection).get_table_names()
    if schema.name not in tables:
        if tables or not writing:  # somebody else's
            raise StoreError(
                f"{place} is a database, but not a store of paribus; give another file with --store."
            )
        metadata.create_all(connection)
        return
    version = connection.execute(sa.select(schema.c.version)).scalar_one_or_none()
    if version is not None and version > SCHEMA_VERSION:
        raise StoreError(
            f"{place} was written by a newer paribus (schema {version}; this one reads up to {SCHEMA_VERSION}); "
            "upgrade paribus, or give another file with --store. Nothing was changed."
        )
    if writing:
        metadata.create_all(connection)  # tables that are newer than the store


def _has(connection: sa.Connection, table: sa.Table) -> bool:
    """Whether a store that may be older has the table."""
    return sa.inspect(connection).has_table(table.name)


def _sentence(place: str, cause: str) -> str:
    sentences = {
        "file is not a database": f"{place} is not a database; give another file with --store. It was left as it is.",
        "readonly": f"{place} is read-only; give a store that can be written with --store.",
        "unable to open": f"{place} cannot be opened; check that the file and its folder can be read and written.",
        "full": f"the disk is full: {place} could not be written. The runs stored before are safe; "
        "free some space and give the same command again.",
        "locked": f"{place} is being written by another process; wait for it, or give another file with --store.",
    }
    known = (sentence for sign, sentence in sentences.items() if sign in cause)
    return next(known, f"{place} cannot be used: {cause}.")


def _encode(record: object) -> bytes:
    """MessagePack, because JSON has no word for the infinite loss of a run that diverged."""
    encoded = msgspec.msgpack.encode(record)
    _decode(encoded, type(record))  # what cannot be read again is not written
    return encoded


def _decode(record: bytes, kind: type[Record]) -> Record:
    try:
        return msgspec.msgpack.decode(record, type=kind)
    except msgspec.MsgspecError as error:
        raise StoreError(f"the store holds a record that this version cannot read: {error}.") from error


def _labelled(record: RunRecord, arm: str) -> RunRecord:
    """Return the record under the name that its arm has in the study that is asked about."""
    return replace(record, spec=replace(record.spec, arm=arm))
