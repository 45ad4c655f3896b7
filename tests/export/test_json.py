"""One document that says all."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paribus.export import Export, tables, write
from paribus.export._json import json_document
from paribus.records import RunRecord
from paribus.study import StudyRecord
from tests.conftest import make_run_record
from tests.export.conftest import MakeExport, exported
from tests.export.hostile import HOSTILE


def strict(document: bytes) -> dict[str, Any]:
    """Read JSON that has no words of its own for what is not a number."""

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is not JSON")

    return json.loads(document, parse_constant=refuse)


def test_the_document_says_what_it_is(export: Export) -> None:
    """Schema, version, study, question, recipe, data, and what limits the result."""
    document = strict(json_document(export))
    assert ("paribus-export", 1, "0123456789ab", "small") == tuple(
        document[name] for name in ("schema", "schema_version", "study_id", "study")
    )
    declared = document["declared"]
    assert ("Does a hidden layer help?", ["flat", "wide"], [0, 1, 2, 3], 32, "quadrants") == (
        declared["question"],
        declared["arms"],
        declared["seeds"],
        declared["recipe"]["batch_size"],
        declared["data"]["name"],
    )
    assert any("Not trained yet." in caveat for caveat in document["caveats"])


def test_rows_are_as_the_tables_have_them(export: Export) -> None:
    """Every number the same; nothing where there is nothing, or where JSON has no word."""
    document = strict(json_document(export))
    for table in tables(export):
        assert [column.name for column in table.columns] == [
            column["name"] for column in document["columns"][table.name]
        ]
        rows = json.loads(
            json.dumps(table.records(), default=lambda time: time.isoformat().replace("+00:00", "Z"))
        )
        assert json.loads(json.dumps(rows), parse_constant=lambda _: None) == document[table.name]
    assert 0.1 + 0.2 == document["runs"][0]["test_accuracy"]
    assert document["epochs"][-1]["training_loss"] is None


def test_what_is_not_finite_is_null(study_record: StudyRecord) -> None:
    """A loss that was not a number, and one that was infinite."""
    run: RunRecord = make_run_record("flat", 0)
    losses = (float("nan"), float("-inf"))
    run = replace(
        run, epochs=tuple(replace(epoch, loss=loss) for epoch, loss in zip(run.epochs, losses, strict=True))
    )
    document = strict(json_document(exported(study_record, (run,), seeds=(0,))))
    assert [None, None] == [epoch["training_loss"] for epoch in document["epochs"]]


def test_hostile_text_is_only_text(make_export: MakeExport, tmp_path: Path) -> None:
    """A hundred names, and a question and reasons of all of them."""
    words = "".join(HOSTILE)
    write(make_export(list(HOSTILE), words), "json", output=str(tmp_path / "out.json"))
    document = strict((tmp_path / "out.json").read_bytes())
    assert list(HOSTILE) == document["declared"]["arms"] == [row["arm"] for row in document["runs"]]
    assert {words} == {row["reason"] for row in document["runs"]} | {document["declared"]["question"]}
