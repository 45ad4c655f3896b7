"""The store keeps what it was given, and says in a sentence what it cannot do."""

import contextlib
import math
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paribus.errors import StoreError
from paribus.plan import plan
from paribus.records import ProbeOutcome, ProbeRecord, RunRecord, RunSpec, Status
from paribus.store import KeptFile, Store, Weights
from paribus.study import StudyRecord
from tests.conftest import MakeRun


def add_all(store: Store, records: list[RunRecord]) -> None:
    for record in records:
        store.add(record)


def as_planned(record: RunRecord, spec: RunSpec) -> RunRecord:
    return replace(record, spec=spec)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_runs_come_back_as_they_were(place: Path, study_record: StudyRecord, make_run: MakeRun) -> None:
    """Every field of a run survives, and missing runs are known."""
    specs = plan(study_record, (0, 1))
    record = as_planned(make_run("flat", 0), specs[0])
    with Store.write(place) as store:
        store.add_study(study_record, specs)
        store.add(record)
    with Store.read(place) as store:
        members = store.members(study_record.study_id)
        assert store.find("small") == study_record
        assert (record,) == store.records(specs)
        assert (4, 1) == (store.listings()[0].planned, store.listings()[0].ended)
    assert [record, None, None, None] == [member.record for member in members]


def test_records_from_before_seeds_trained_together_are_read(make_run: MakeRun) -> None:
    """Such runs had no company."""
    fields: dict[str, Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(make_run("flat", 0)))
    del fields["together"]
    older = msgspec.msgpack.encode(fields)
    assert make_run("flat", 0) == msgspec.msgpack.decode(older, type=RunRecord)


def test_a_failed_run_is_kept_and_replaced(place: Path, study_record: StudyRecord, make_run: MakeRun) -> None:
    """A crash is stored, is not final, and gives way to the next attempt."""
    specs = plan(study_record, (0,))
    with Store.write(place) as store:
        store.add_study(study_record, specs)
        store.add(as_planned(make_run("flat", 0, status=Status.CRASHED), specs[0]))
        assert () == store.records(specs)
        store.add(as_planned(make_run("flat", 0), specs[0]))
        assert [Status.COMPLETED] == [record.status for record in store.records(specs)]


def test_one_run_serves_two_studies_under_two_names(
    place: Path, study_record: StudyRecord, make_run: MakeRun
) -> None:
    """A run that two studies plan is stored once and labelled as each asks."""
    other = replace(
        study_record,
        study_id="other",
        name="other",
        arms=tuple(replace(arm, name=arm.name + "2") for arm in study_record.arms),
    )
    with Store.write(place) as store:
        for study in (study_record, other):
            store.add_study(study, plan(study, (0,)))
        store.add(as_planned(make_run("flat", 0), plan(study_record, (0,))[0]))
        names = {member.record.spec.arm for member in store.members("other") if member.record}
    assert {"flat2"} == names


def test_the_last_study_of_a_name_is_found(place: Path, study_record: StudyRecord) -> None:
    """By name, by the beginning of its id, or by nothing at all."""
    with Store.write(place) as store:
        store.add_study(study_record, plan(study_record, (0,)))
        assert study_record == store.find() == store.find("0123") == store.find("small")
        with pytest.raises(StoreError, match="Did you mean 'small'"):
            store.find("smal")


def test_readers_cannot_write(place: Path, make_run: MakeRun) -> None:
    """A store opened to read refuses to write."""
    with Store.write(place):
        pass
    with Store.read(place) as store, pytest.raises(StoreError, match="read-only"):
        store.add(make_run("flat", 0))


def test_reading_makes_no_store(place: Path) -> None:
    """A store that is not there is an error with the way out, and is still not there afterwards."""
    with pytest.raises(StoreError, match="there is no store at"):
        Store.read(place)
    assert not place.exists()


def test_a_file_that_is_no_database_is_left_alone(place: Path) -> None:
    """Neither read nor written."""
    place.write_bytes(b"my thesis" * 1_000)
    for open_store in (Store.read, Store.write):
        with pytest.raises(StoreError, match="is not a database"):
            open_store(place)
    assert place.read_bytes() == b"my thesis" * 1_000


def test_somebody_elses_database_is_left_alone(place: Path) -> None:
    """A database without paribus' tables gets none."""
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE music (title TEXT)")
    connection.close()
    for open_store in (Store.read, Store.write):
        with pytest.raises(StoreError, match="not a store of paribus"):
            open_store(place)


def test_a_newer_store_is_left_alone(place: Path) -> None:
    """A schema from the future is neither guessed at nor downgraded."""
    with Store.write(place):
        pass
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE paribus_schema SET version = 99")
    connection.close()
    for open_store in (Store.read, Store.write):
        with pytest.raises(StoreError, match="newer paribus"):
            open_store(place)
    with sqlite3.connect(place) as connection:
        assert [(99,)] == connection.execute("SELECT version FROM paribus_schema").fetchall()
    connection.close()


def test_a_store_that_cannot_be_written_is_noticed_before_training(place: Path) -> None:
    """Opening to write fails at once on a read-only database."""
    with Store.write(place):
        pass
    with pytest.raises(StoreError, match="read-only"):
        Store.write(f"sqlite:///file:{place}?mode=ro&uri=true")


def test_a_full_disk_loses_only_what_did_not_fit(
    place: Path, study_record: StudyRecord, make_run: MakeRun
) -> None:
    """SQLite's own 'disk is full' becomes a sentence, and everything before it is still there."""
    specs = plan(study_record, tuple(range(200)))
    with Store.write(place) as store:
        store.add_study(study_record, specs)
        with store._engine.connect() as connection:  # pyright: ignore[reportPrivateUsage] -- the way to a real SQLITE_FULL
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")
        with pytest.raises(StoreError, match="disk is full"):
            add_all(store, [as_planned(make_run("flat", spec.seed), spec) for spec in specs])
        kept = store.records(specs)
    assert 0 < len(kept) < len(specs)
    with Store.read(place) as store:
        assert store.records(specs) == kept


@pytest.mark.parametrize(("name", "sentence"), [("", "is a folder"), ("no/where/store.db", "does not exist")])
def test_places_that_cannot_be_are_refused(tmp_path: Path, name: str, sentence: str) -> None:
    """A folder is no store, and folders are not made."""
    with pytest.raises(StoreError, match=sentence):
        Store.write(tmp_path / name)


def test_a_url_that_means_nothing_is_refused() -> None:
    """An unknown database is a sentence."""
    with pytest.raises(StoreError, match="no database URL"):
        Store.write("nosuchdb://localhost/x")


@pytest.mark.parametrize("pages", range(1, 9))
def test_a_disk_that_fills_while_the_store_is_made_leaves_it_to_be_made(place: Path, pages: int) -> None:
    """Tables and version come in one transaction, so the next attempt finds nothing, or everything."""
    from paribus.store import _sqlite

    plain = _sqlite.sqlite3.connect

    def small_disk(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = plain(*arguments, **options)
        connection.execute(f"PRAGMA max_page_count={pages}")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_sqlite.sqlite3, "connect", small_disk)
        with contextlib.suppress(StoreError):
            Store.write(place).__exit__(None, None, None)
    with Store.write(place) as store:
        assert () == store.listings()


def test_a_record_that_could_not_be_read_again_is_not_written(place: Path, study_record: StudyRecord) -> None:
    """A field of a wrong type is refused before it makes the store unreadable."""
    with Store.write(place) as store, pytest.raises(StoreError, match="cannot read"):
        store.add_study(replace(study_record, question=None), plan(study_record, (0,)))  # pyright: ignore[reportArgumentType]
    with Store.read(place) as store:
        assert () == store.listings()


def test_what_a_killed_writer_left_is_rolled_back_for_readers(
    place: Path, tmp_path: Path, study_record: StudyRecord
) -> None:
    """A hot journal beside the file: a reader sees the last whole transaction."""
    with Store.write(place) as store:
        store.add_study(study_record, plan(study_record, (0,)))
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM studies');"
        "c.execute('CREATE TABLE junk AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 20000)"
        " SELECT i, hex(randomblob(50)) FROM n'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(place)], check=False)
    assert place.with_name("store.db-journal").exists()
    with Store.read(place) as store:
        assert study_record == store.find("small")


def test_somebody_elses_journal_mode_is_left_alone(place: Path) -> None:
    """A refused database keeps its write-ahead log."""
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE music (title TEXT)")
    with pytest.raises(StoreError, match="not a store of paribus"):
        Store.write(place)
    with contextlib.closing(sqlite3.connect(place)) as connection:
        assert [("wal",)] == connection.execute("PRAGMA journal_mode").fetchall()


A, B = (
    ProbeRecord(name=name, identity=name.upper(), metrics=(name,), unit="", rises=True, source="here")
    for name in ("a", "b")
)


def outcome(probe: ProbeRecord, value: float) -> ProbeOutcome:
    return ProbeOutcome(
        name=probe.name,
        values={probe.name: value},
        reason="",
        seconds=1.0,
        device="cpu",
        identity=probe.identity,
    )


def test_what_probes_measure_is_kept_beside_the_run(
    place: Path, study_record: StudyRecord, make_run: MakeRun
) -> None:
    """With the run or later, one number per probe; who asks gets what is asked for, in that order."""
    study = replace(study_record, probes=(B, A))
    specs = plan(study, (0,))
    record = replace(as_planned(make_run("flat", 0), specs[0]), probes=(outcome(A, 0.5),))
    with Store.write(place) as store:
        store.add_study(study, specs)
        store.add(record)
        assert ((),) == tuple(each.probes for each in store.records(specs))
        store.add_probes(specs[0].run_id, [outcome(A, 0.25), outcome(B, float("nan"))])
    with Store.read(place) as store:
        (found,) = store.records(specs, (A,))
        assert 0.25 == found.score("a")
        assert math.isnan(found.score("b") or 0)
        both = store.members(study.study_id)[0].record
        assert both is not None
        assert ["b", "a"] == [each.name for each in both.probes]


def test_a_store_from_before_probes_is_read(
    place: Path, study_record: StudyRecord, make_run: MakeRun
) -> None:
    """Nobody has measured anything there."""
    specs = plan(study_record, (0,))
    with Store.write(place) as store:
        store.add_study(replace(study_record, probes=(A,)), specs)
        store.add(as_planned(make_run("flat", 0), specs[0]))
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("DROP TABLE probes")
    with Store.read(place) as store:
        assert ((),) == tuple(each.probes for each in store.records(specs, (A,)))
        assert None is not store.members(study_record.study_id)[0].record


def test_a_study_is_found_by_its_id_alone(place: Path, study_record: StudyRecord) -> None:
    """Or is none."""
    with Store.write(place) as store:
        store.add_study(study_record, plan(study_record, (0,)))
        assert study_record == store.study(study_record.study_id)
        assert store.study("other") is None


def test_weights_come_back_whole_or_not_at_all(tmp_path: Path) -> None:
    """Cut, changed or deleted, they are lost; written anew, they are there again."""
    weights = Weights.beside(tmp_path / "paribus.db")
    kept = weights.write("run", b"numbers")
    file = tmp_path / "paribus-weights" / "run.npz"
    assert (7, b"numbers", True) == (kept.size, weights.read("run", kept), weights.holds("run"))
    for damaged in (b"number", b"numberz"):
        file.write_bytes(damaged)
        assert weights.read("run", kept) is None
    file.unlink()
    assert (None, False) == (weights.read("run", kept), weights.holds("run"))
    assert kept == weights.write("run", b"numbers")


def test_a_disk_that_takes_no_weights_is_told(tmp_path: Path) -> None:
    """With the way out."""
    (tmp_path / "paribus-weights").write_text("in the way")
    with pytest.raises(StoreError, match="without keeping weights"):
        Weights.beside(tmp_path / "paribus.db").write("run", b"numbers")


def test_what_is_known_of_weights(place: Path, study_record: StudyRecord) -> None:
    """By run, the last that was kept; a store from before knows of none."""
    specs = plan(study_record, (0,))
    with Store.write(place) as store:
        store.add_study(study_record, specs)
        for digest in ("one", "two"):
            store.add_weights(specs[0].run_id, KeptFile(size=3, digest=digest))
        known = {specs[0].run_id: KeptFile(size=3, digest="two")}
        assert known == store.weights([spec.run_id for spec in specs])
        assert (1, 3) == (store.listings()[0].weighed, store.listings()[0].weights_bytes)
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("DROP TABLE weights")
    with Store.read(place) as store:
        assert ({}, 0) == (store.weights([specs[0].run_id]), store.listings()[0].weighed)
