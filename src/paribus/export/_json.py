"""Everything as one JSON document."""

from pathlib import Path
from typing import Any

import msgspec

from paribus.export._export import Export, origin
from paribus.export._package import described_columns
from paribus.export._tables import tables

_BEGINNING = b'{\n "schema": "paribus-export",'
_NOTE = "null is what is not there, and what JSON has no word for: a number that is not one, or not finite."


def json_document(export: Export) -> bytes:
    """Return the document: where it comes from, the study with what limits it, what columns hold, and the tables' rows.

    Numbers have as many digits as it takes to read the same number again.
    """
    made = tables(export)
    document = {
        **origin(export),
        "note": _NOTE,
        "declared": _declared(export),
        "caveats": export.analysis.caveats,
        "findings": export.analysis.findings,
        "columns": {table.name: described_columns(table.columns) for table in made},
        **{table.name: table.records() for table in made},
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def is_json(content: bytes) -> bool:
    """Whether a file's content is such a document."""
    return content.startswith(_BEGINNING)


def write_json(export: Export, file: Path) -> None:
    """Write the document."""
    file.write_bytes(json_document(export))


def _declared(export: Export) -> dict[str, Any]:
    study, dataset = export.study, export.study.dataset
    return {
        "question": study.question,
        "quick": study.quick,
        "arms": [arm.name for arm in study.arms],
        "seeds": export.analysis.seeds,
        "contrasts": study.contrasts,
        "adjust": study.adjust,
        "concedes": study.concedes,
        "recipe": study.recipe,
        "engine": study.engine,
        "data": {
            "name": dataset.name,
            "fingerprint": dataset.fingerprint,
            "classes": dataset.classes,
            "train": dataset.n_train,
            "validation": dataset.n_validation,
            "test": dataset.n_test,
            "pixels": dataset.pixels,
            "licence": dataset.licence,
            "source": dataset.source,
        },
        "rule": {"name": export.analysis.stage.rule.value, "sentence": export.analysis.stage.rule.sentence},
        "interim": export.analysis.stage.interim,
        "planned_seeds": export.analysis.stage.design.seeds,
        "looks": export.analysis.stage.looks,
    }
