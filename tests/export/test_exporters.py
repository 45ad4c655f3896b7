"""What can be asked for, and what is said when it cannot be done."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from paribus import lab
from paribus.analyse import analyse
from paribus.cli._export import Format, TableName
from paribus.errors import ExportError
from paribus.export import EXPORTERS, TABLES, Export, frame, one_table, write
from paribus.study import StudyRecord
from tests.export.conftest import exported

LIBRARIES = {"parquet": "pyarrow", "mlflow": "mlflow", "tensorboard": "tensorboardX"}


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_program_offers_what_there_is() -> None:
    """The same exporters and tables."""
    assert (tuple(EXPORTERS), tuple(TABLES)) == (get_args(Format), get_args(TableName))


PLACES: dict[tuple[str, str | None], str] = {
    ("csv", None): "small-csv",
    ("csv", "epochs"): "small-epochs.csv",
    ("json", None): "small.json",
    ("parquet", None): "small-parquet",
    ("parquet", "contrasts"): "small-contrasts.parquet",
    ("tensorboard", None): "small-tensorboard",
}


@pytest.mark.parametrize(("to", "table"), PLACES)
def test_places_have_the_studys_name(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, table: str | None
) -> None:
    """In the working folder, unless another one is named."""
    monkeypatch.chdir(tmp_path)
    assert PLACES[to, table] == write(export, to, table=table).place
    assert [PLACES[to, table]] == names_in(tmp_path)


def test_a_quick_look_is_named_so(
    study_record: StudyRecord, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere does not."""
    monkeypatch.chdir(tmp_path)
    quick = exported(replace(study_record, name="../a", quick=True), export.records)
    place = write(quick, "json").place
    assert (True, [place]) == (place.endswith("-quick.json"), names_in(tmp_path))


def test_contents_are_told(export: Export, tmp_path: Path) -> None:
    """With their sizes, and the command that looks at them."""
    assert "runs (8 rows), epochs (13 rows), contrasts (1 row), differences (4 rows)" == (
        write(export, "csv", output=str(tmp_path / "a b")).contents
    )
    assert f"tensorboard --logdir '{tmp_path}/a b'" == (
        write(export, "tensorboard", output=str(tmp_path / "a b")).command
    )


def test_what_nobody_can_do_is_told(export: Export) -> None:
    """With what there is, and the nearest."""
    with pytest.raises(
        ExportError, match=r"nothing exports to 'cvs'; there are 'csv', .* Did you mean 'csv'"
    ):
        write(export, "cvs")
    with pytest.raises(ExportError, match="'json' is written whole; a table alone"):
        write(export, "json", table="runs")


@pytest.mark.parametrize("to", EXPORTERS)
def test_a_study_without_runs_is_told(study_record: StudyRecord, tmp_path: Path, to: str) -> None:
    """Nothing is written."""
    empty = Export(analysis=analyse(study_record, (0, 1), ()), records=())
    with pytest.raises(ExportError, match="no run of study 'small' has ended, so there is nothing to export"):
        write(empty, to, output=str(tmp_path / "out"))
    assert [] == names_in(tmp_path)


@pytest.mark.parametrize("to", LIBRARIES)
def test_a_missing_library_is_named_with_its_extra(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """Nothing is written."""
    monkeypatch.setitem(sys.modules, LIBRARIES[to], None)
    with pytest.raises(
        ExportError, match=rf"{LIBRARIES[to]} is not installed; `pip install 'paribus\[{to}\]'` installs it"
    ):
        write(export, to, output=str(tmp_path / "out"))
    assert [] == names_in(tmp_path)


def test_frames_without_pandas_are_told(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its extra."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ExportError, match=r"pandas is not installed; `pip install 'paribus\[pandas\]'`"):
        frame(one_table(export, "runs"))


def test_a_result_has_frames_and_exports(export: Export, tmp_path: Path) -> None:
    """As the store's, with verdicts in words."""
    result = lab.Result(analysis=export.analysis, records=export.records)
    assert 8 == len(result.to_frame())
    assert ["undecided so far"] == result.to_frame("contrasts")["headline"].tolist()
    assert str(tmp_path / "x.csv") == result.export("csv", tmp_path / "x.csv").place


_WITHOUT_EXTRAS = """
import sys
import paribus.export
loaded = {"pandas", "pyarrow", "mlflow", "tensorboardX", "keras", "jax"} & set(sys.modules)
print(sorted(loaded))
"""


def test_extras_are_imported_when_they_are_used() -> None:
    """Neither they nor Keras at once."""
    told = subprocess.run([sys.executable, "-c", _WITHOUT_EXTRAS], capture_output=True, text=True, check=True)
    assert "[]\n" == told.stdout
