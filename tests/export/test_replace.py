"""Files and folders are there whole or not at all, and nobody else's are replaced."""

import os
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from paribus.errors import ExportError
from paribus.export import Export, write
from paribus.export._replace import replace_file, replace_folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files under a folder, hidden ones too."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_an_earlier_export_is_replaced(export: Export, tmp_path: Path) -> None:
    """The same again gives the same bytes; another format leaves nothing of the one before."""
    for to in ("csv", "tensorboard", "parquet"):
        write(export, to, output=str(tmp_path / "out"))
        first = tree(tmp_path)
        write(export, to, output=str(tmp_path / "out"))
        assert first == tree(tmp_path)
    assert {
        "out/datapackage.json",
        *(f"out/{name}.parquet" for name in ("runs", "epochs", "contrasts", "differences")),
    } == set(first)


def test_an_empty_folder_is_filled(export: Export, tmp_path: Path) -> None:
    """Nothing is lost by that."""
    (tmp_path / "out").mkdir()
    write(export, "csv", output=str(tmp_path / "out"))
    assert (tmp_path / "out" / "runs.csv").exists()


@pytest.mark.parametrize("name", ["notes.txt", "runs.csv", "datapackage.json"])
def test_a_folder_of_somebody_else_is_left_alone(export: Export, tmp_path: Path, name: str) -> None:
    """Whatever its files are called."""
    (tmp_path / name).write_text("{}")
    with pytest.raises(ExportError, match=f"holds '{name}', which no export wrote|is the folder you are in"):
        write(export, "csv", output=str(tmp_path))
    assert {name: b"{}"} == tree(tmp_path)


def test_what_was_added_to_an_export_is_not_lost(export: Export, tmp_path: Path) -> None:
    """It is named, and the way out."""
    write(export, "csv", output=str(tmp_path / "out"))
    (tmp_path / "out" / "analysis.ipynb").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(
        ExportError, match=r"'analysis.ipynb', which no export wrote; name another folder with -o"
    ):
        write(export, "csv", output=str(tmp_path / "out"))
    assert before == tree(tmp_path)


def test_a_file_is_no_folder_and_a_folder_no_file(export: Export, tmp_path: Path) -> None:
    """Neither takes the other's place."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "x.json").mkdir()
    with pytest.raises(ExportError, match="holds a file"):
        write(export, "csv", output=str(tmp_path / "file"))
    with pytest.raises(ExportError, match="is no file that could be replaced"):
        write(export, "json", output=str(tmp_path / "x.json"))


@pytest.mark.parametrize("to", ["csv", "json", "parquet"])
def test_a_file_of_somebody_else_is_left_alone(export: Export, tmp_path: Path, to: str) -> None:
    """A store, notes, or data in the same format: a table of a clinical study has a `study_id`, too."""
    pd.DataFrame({"study_id": ["mine"], "arm": ["placebo"]}).to_parquet(tmp_path / "mine.parquet")
    (tmp_path / "mine.csv").write_text('"study_id","arm"\n"mine","placebo"\n')
    (tmp_path / "mine.json").write_text('{"study_id": "mine"}')
    with sqlite3.connect(tmp_path / "paribus.db") as store:
        store.execute("CREATE TABLE runs (run_id TEXT)")
    store.close()
    before = tree(tmp_path)
    for name in (f"mine.{to}", "paribus.db"):
        with pytest.raises(ExportError, match=f"{name} is there, and no export wrote it; name another file"):
            write(export, to, output=str(tmp_path / name), table=None if to == "json" else "runs")
    assert before == tree(tmp_path)


@pytest.mark.parametrize("to", ["csv", "json", "parquet"])
def test_a_file_that_an_export_wrote_is_replaced(export: Export, tmp_path: Path, to: str) -> None:
    """By the same again, and by another table; an empty file, too, is nobody's loss."""
    place = tmp_path / f"x.{to}"
    place.touch()
    write(export, to, output=str(place))
    first = place.read_bytes()
    for table in () if to == "json" else ("epochs", "contrasts", "differences"):
        write(export, to, output=str(place), table=table)
        assert first != place.read_bytes()
    write(export, to, output=str(place))
    assert first == place.read_bytes()


def test_devices_and_links_are_no_files_to_replace(export: Export, tmp_path: Path) -> None:
    """What a link leads to would be lost, or the link."""
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere")
    for name in ("pipe.json", "link.json"):
        with pytest.raises(ExportError, match="is no file that could be replaced"):
            write(export, "json", output=str(tmp_path / name))


def test_the_working_folder_is_not_replaced(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell would be left in one that is gone."""
    monkeypatch.chdir(tmp_path)
    for name in (".", ".."):
        with pytest.raises(ExportError, match="is the folder you are in"):
            write(export, "csv", output=name)


def test_a_writer_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    """The file, the folder, and nothing beside them."""
    (tmp_path / "file").write_text("before")
    (tmp_path / "folder").mkdir()

    def fail(place: Path) -> None:
        (place / "part" if place.is_dir() else place).write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match="file could not be written: No space left on device"):
        replace_file(tmp_path / "file", fail, is_ours=lambda _: True)
    with pytest.raises(ExportError, match="folder could not be written: No space left on device"):
        replace_folder(tmp_path / "folder", fail)
    assert {"file": b"before"} == tree(tmp_path)
    assert ["file", "folder"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(export: Export, tmp_path: Path) -> None:
    """A folder inside a file."""
    (tmp_path / "file").write_text("")
    for to in ("json", "csv"):
        with pytest.raises(ExportError, match="could not be written"):
            write(export, to, output=str(tmp_path / "file" / "x"))
