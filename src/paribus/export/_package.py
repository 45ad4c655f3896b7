"""What an export's files hold, beside them: a Data Package, which programs and people can read."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from paribus.export._export import Export, origin
from paribus.export._names import safe_name
from paribus.export._table import Column, Table


def package(export: Export, to: str, resources: Sequence[dict[str, Any]], **more: Any) -> bytes:
    """Return the description as JSON.

    Args:
        export: What was exported.
        to: As what.
        resources: One for every file.
        more: What else is to be known.

    Source:
        Data Package, version 1 (specs.frictionlessdata.io).
    """
    described = {
        "profile": "data-package",
        "name": safe_name(export.study.name).lower(),
        "title": export.study.name,
        "description": export.study.question,
        "paribus": origin(export) | {"format": to},
        **more,
        "resources": resources,
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"


def table_resource(table: Table, path: str, **more: Any) -> dict[str, Any]:
    """Return what is to be known of a table's file."""
    schema = {"fields": described_columns(table.columns), "missingValues": [""]}
    return {"name": table.name, "path": path, **more, "schema": schema}


def described_columns(columns: Iterable[Column]) -> list[dict[str, str]]:
    """Return what columns hold."""
    return [
        {"name": column.name, "type": column.kind.value, "description": column.about}
        | ({"unit": column.unit} if column.unit else {})
        for column in columns
    ]
