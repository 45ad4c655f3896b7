"""What a study can be exported as."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from paribus.errors import ExportError, listed, nearest
from paribus.export._csv import is_csv, write_csv, write_csv_table
from paribus.export._export import Export
from paribus.export._json import is_json, write_json
from paribus.export._mlflow import write_mlflow
from paribus.export._names import safe_name
from paribus.export._parquet import is_parquet, write_parquet, write_parquet_table
from paribus.export._replace import replace_file, replace_folder
from paribus.export._settings import experiment_name
from paribus.export._table import Table
from paribus.export._tables import one_table, tables
from paribus.export._tensorboard import write_tensorboard
from paribus.export._tracking import tracking

_USUAL_TABLE = "runs"


class Written(NamedTuple):
    """Where an export went, what is in it, and the command that looks at it, if there is one."""

    place: str
    contents: str
    command: str = ""


class Exporter(Protocol):
    """Writes a study.

    Args:
        export: The study.
        output: Where; the exporter's usual place by default.
        table: Which one, of exporters that write tables; all by default.
    """

    def __call__(self, export: Export, output: str | None, table: str | None, /) -> Written: ...


@dataclass(frozen=True, slots=True)
class _TableFiles:
    """Writes every table into a folder, or one of them into a file."""

    to: str
    write_all: Callable[[Export, Path], None]
    write_one: Callable[[Export, Table, Path], None]
    is_ours: Callable[[Export, bytes], bool]

    def __call__(self, export: Export, output: str | None, table: str | None, /) -> Written:
        suffix = f".{self.to}"
        if table is not None or (output or "").endswith(suffix):
            made = one_table(export, table or _USUAL_TABLE)
            file = Path(output or f"{_usual_name(export)}-{made.name}{suffix}")
            replace_file(
                file,
                lambda aside: self.write_one(export, made, aside),
                is_ours=lambda content: self.is_ours(export, content),
            )
            return Written(str(file), _counted(made))
        folder = Path(output or f"{_usual_name(export)}{suffix.replace('.', '-')}")
        replace_folder(folder, lambda aside: self.write_all(export, aside))
        return Written(str(folder), ", ".join(map(_counted, tables(export))))


def _as_json(export: Export, output: str | None, table: str | None, /) -> Written:
    _no_table("json", table)
    file = Path(output or f"{_usual_name(export)}.json")
    replace_file(file, lambda aside: write_json(export, aside), is_ours=is_json)
    return Written(str(file), ", ".join(map(_counted, tables(export))))


def _as_tensorboard(export: Export, output: str | None, table: str | None, /) -> Written:
    _no_table("tensorboard", table)
    folder = Path(output or f"{_usual_name(export)}-tensorboard")
    replace_folder(folder, lambda aside: write_tensorboard(export, aside))
    return Written(
        str(folder),
        f"{len(export.records):,} runs that have ended",
        f"tensorboard --logdir {shlex.quote(str(folder))}",
    )


def _as_mlflow(export: Export, output: str | None, table: str | None, /) -> Written:
    _no_table("mlflow", table)
    to = tracking(output, experiment_name(export, safe_name(export.study.name)))
    contents = write_mlflow(export, to)
    command = f"mlflow ui --backend-store-uri {shlex.quote(to.uri)}" if to.file else ""
    return Written(to.shown, contents, command)


EXPORTERS: Mapping[str, Exporter] = {
    "csv": _TableFiles(
        "csv",
        write_csv,
        lambda _, table, file: write_csv_table(table, file),
        lambda export, content: is_csv(content, export),
    ),
    "json": _as_json,
    "parquet": _TableFiles(
        "parquet", write_parquet, write_parquet_table, lambda _, content: is_parquet(content)
    ),
    "mlflow": _as_mlflow,
    "tensorboard": _as_tensorboard,
}


def write(export: Export, to: str, *, output: str | None = None, table: str | None = None) -> Written:
    """Write a study for other programs: all of it, or nothing.

    Args:
        export: The study.
        to: "csv", "json", "parquet", "mlflow" or "tensorboard".
        output: Where; in the working folder under the study's name by default.
        table: Which one, of "csv" and "parquet": into one file; all, into a folder, by default.

    Raises:
        ExportError: There is no such exporter or table, no run has ended, a library is missing, something else is in the way, or it cannot
            be written.
    """
    if to not in EXPORTERS:
        raise ExportError(
            f"nothing exports to '{to}'; there are {listed(EXPORTERS)}.{nearest(to, EXPORTERS)}"
        )
    if not export.records:
        raise ExportError(
            f"no run of study '{export.study.name}' has ended, so there is nothing to export; `paribus run` trains them."
        )
    return EXPORTERS[to](export, output, table)


def _usual_name(export: Export) -> str:
    return safe_name(export.study.name) + ("-quick" if export.study.quick else "")


def _no_table(to: str, table: str | None) -> None:
    if table is not None:
        raise ExportError(f"'{to}' is written whole; a table alone ('{table}') is for 'csv' and 'parquet'.")


def _counted(table: Table) -> str:
    n = len(table.rows)
    return f"{table.name} ({n:,} row{'s' if n != 1 else ''})"
