"""Comma-separated values are read back as they were, by Python's reader, pandas and Arrow."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.csv

from paribus.export import Column, Export, Kind, Table, one_table, tables, write
from paribus.export._csv import FORMULA, csv_text, unguarded
from tests.export.conftest import MakeExport
from tests.export.hostile import FORMULAS, HOSTILE

_arrow: Any = pyarrow.csv
NUMBERS = (0.1, 0.1 + 0.2, 1 / 3, 1e-300, 5e-324, 1.7976931348623157e308, -0.0, 2.0, 123456789.123456789)


def texts(values: tuple[str, ...]) -> Table:
    """Return a table of text and numbers."""
    columns = (Column("text", Kind.TEXT, "."), Column("number", Kind.NUMBER, "."))
    return Table("texts", columns, tuple((value, 0.5) for value in values))


def test_a_table_is_a_header_and_lines() -> None:
    """Text in quotation marks, numbers and truth bare, nothing where there is nothing."""
    columns = tuple(Column(kind.name.lower(), kind, ".") for kind in Kind)
    rows = (("a,b", 1, 0.1, True, None), ("", None, None, None, None))
    expected = '"text","integer","number","boolean","time"\n"a,b",1,0.1,true,\n"",,,,\n'
    assert expected == csv_text(Table("t", columns, rows))


def test_numbers_are_read_back_to_the_last_bit() -> None:
    """By Python and by pandas, those that are not finite, too."""
    table = Table("t", (Column("x", Kind.NUMBER, "."),), tuple((value,) for value in NUMBERS))
    lines = csv_text(table).splitlines()[1:]
    assert list(map(repr, NUMBERS)) == [repr(float(line)) for line in lines]
    frame: Any = pd.read_csv(io.StringIO(csv_text(table)))
    assert list(map(repr, NUMBERS)) == [repr(value) for value in frame["x"].tolist()]
    unbounded = Table("t", table.columns, ((float("inf"),), (float("-inf"),), (float("nan"),), (None,)))
    assert '"x"\nINF\n-INF\nNaN\n\n' == csv_text(unbounded)


def test_hostile_text_is_read_back_as_it_was() -> None:
    """A hundred cells, by three readers, once the apostrophes are taken off."""
    text = csv_text(texts(HOSTILE))
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert list(HOSTILE) == [unguarded(row[0]) for row in rows]
    frame: Any = pd.read_csv(io.StringIO(text, newline=""), keep_default_na=False, dtype={"text": str})
    assert list(HOSTILE) == [unguarded(value) for value in frame["text"]]
    arrow: Any = _arrow.read_csv(
        io.BytesIO(text.encode()), parse_options=_arrow.ParseOptions(newlines_in_values=True)
    )
    assert list(HOSTILE) == [unguarded(value) for value in arrow["text"].to_pylist()]


def test_no_cell_begins_as_a_formula() -> None:
    """Nor does a header; what begins with an apostrophe gets one more."""
    rows = list(csv.reader(io.StringIO(csv_text(texts(HOSTILE)), newline="")))
    assert [] == [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    guarded = [row[0] for row in rows if row[0].startswith("'")]
    assert len(guarded) == sum(text.startswith((*FORMULA, "'")) for text in HOSTILE)
    assert len(guarded) >= len(FORMULAS) - 1  # "%0A" is none


def test_a_folder_holds_every_table_and_what_columns_mean(export: Export, tmp_path: Path) -> None:
    """As a Data Package."""
    write(export, "csv", output=str(tmp_path / "out"))
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    assert ["runs.csv", "epochs.csv", "contrasts.csv", "differences.csv"] == [
        resource["path"] for resource in package["resources"]
    ]
    assert ("paribus-export", 1, "0123456789ab", "csv") == tuple(
        package["paribus"][name] for name in ("schema", "schema_version", "study_id", "format")
    )
    for resource, table in zip(package["resources"], tables(export), strict=True):
        frame = pd.read_csv(tmp_path / "out" / resource["path"])
        assert [field["name"] for field in resource["schema"]["fields"]] == list(frame.columns)
        assert len(table.rows) == len(frame)
    assert {"name": "wall_seconds", "type": "number", "unit": "s"}.items() <= next(
        field for field in package["resources"][0]["schema"]["fields"] if field["name"] == "wall_seconds"
    ).items()


def test_runs_are_read_back_as_they_were(export: Export, tmp_path: Path) -> None:
    """Every score, and nothing where there is none."""
    write(export, "csv", output=str(tmp_path / "runs.csv"))
    frame: Any = pd.read_csv(tmp_path / "runs.csv")
    scores = [row["test_accuracy"] for row in one_table(export, "runs").records()]
    read = [None if pd.isna(value) else value for value in frame["test_accuracy"].tolist()]
    assert scores == read
    assert pd.Timestamp("2026-01-01", tz="UTC") == pd.to_datetime(frame["finished_at"])[0]


def test_hostile_names_are_only_text(make_export: MakeExport, tmp_path: Path) -> None:
    """A hundred arms, in every table."""
    write(make_export(list(HOSTILE)), "csv", output=str(tmp_path / "out"))
    with (tmp_path / "out" / "runs.csv").open(encoding="utf-8", newline="") as file:
        assert list(HOSTILE) == [unguarded(row["arm"]) for row in csv.DictReader(file)]
    with (tmp_path / "out" / "contrasts.csv").open(encoding="utf-8", newline="") as file:
        assert list(HOSTILE[1:]) == [unguarded(row["treatment"]) for row in csv.DictReader(file)]
