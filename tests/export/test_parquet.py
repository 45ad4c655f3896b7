"""Parquet keeps types, and tells nothing from what is not a number."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet

from paribus.export import Export, tables, write
from paribus.study import StudyRecord
from tests.conftest import make_run_record
from tests.export.conftest import MakeExport, exported
from tests.export.hostile import HOSTILE

_parquet: Any = pyarrow.parquet


def read(file: Path) -> Any:
    return _parquet.read_table(file)


def test_every_table_is_read_back_as_it_was(export: Export, tmp_path: Path) -> None:
    """Every value, with its type."""
    write(export, "parquet", output=str(tmp_path / "out"))
    for table in tables(export):
        read_back = read(tmp_path / "out" / f"{table.name}.parquet")
        assert table.records() == read_back.to_pylist()
    runs = read(tmp_path / "out" / "runs.parquet")
    assert ["string", "int64", "double", "bool", "timestamp[us, tz=UTC]"] == [
        str(runs.schema.field(name).type) for name in ("arm", "seed", "test_accuracy", "quick", "finished_at")
    ]


def test_the_schema_says_what_columns_hold(export: Export, tmp_path: Path) -> None:
    """And where the rows come from."""
    write(export, "parquet", output=str(tmp_path / "runs.parquet"))
    schema = read(tmp_path / "runs.parquet").schema
    assert b"s" == schema.field("wall_seconds").metadata[b"unit"]
    assert "0123456789ab" == json.loads(schema.metadata[b"paribus"])["study_id"]


def test_nothing_is_null_and_nan_is_nan(study_record: StudyRecord, tmp_path: Path) -> None:
    """The one was not measured, the other was."""
    run = make_run_record("flat", 0)
    run = replace(run, epochs=(replace(run.epochs[0], loss=math.nan), replace(run.epochs[1], loss=math.inf)))
    write(
        exported(study_record, (run,), seeds=(0,)),
        "parquet",
        output=str(tmp_path / "epochs.parquet"),
        table="epochs",
    )
    losses = read(tmp_path / "epochs.parquet")["training_loss"]
    assert (0, True, math.inf) == (losses.null_count, math.isnan(losses[0].as_py()), losses[1].as_py())


def test_pandas_reads_it(export: Export, tmp_path: Path) -> None:
    """With whole numbers beside nothing, if it is asked to."""
    write(export, "parquet", output=str(tmp_path / "runs.parquet"))
    frame: Any = pd.read_parquet(tmp_path / "runs.parquet", dtype_backend="numpy_nullable")
    assert [4, 4, 4, 4, 4, 4, None, None] == [
        None if pd.isna(value) else value for value in frame["examples_tested"].tolist()
    ]


def test_hostile_text_is_only_text(make_export: MakeExport, tmp_path: Path) -> None:
    """A hundred names, and reasons of all of them."""
    words = "".join(HOSTILE)
    write(make_export(list(HOSTILE), words), "parquet", output=str(tmp_path / "runs.parquet"))
    runs = read(tmp_path / "runs.parquet")
    assert list(HOSTILE) == runs["arm"].to_pylist()
    assert {words} == set(runs["reason"].to_pylist())
