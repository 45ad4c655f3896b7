"""What a table is: columns that say what they hold, and rows of plain values."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

Cell: TypeAlias = str | float | bool | datetime | None
"""A value; whole numbers are floats to the type checker. None where there is none: nothing undefined is 0."""

Item = TypeVar("Item")


class Kind(StrEnum):
    """What a column's values are, by the names that Table Schema has for them."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what its values are, what they mean, and in which unit."""

    name: str
    kind: Kind
    about: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values, one for each column."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows by name of the column."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def values(self, place: int) -> list[Cell]:
        """Return the values of the column at that place."""
        return [row[place] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Field(Generic[Item]):
    """A column, and how its value is read from what a row is about."""

    column: Column
    value: Callable[[Item], Cell]


def field(name: str, kind: Kind, about: str, value: Callable[[Item], Cell], *, unit: str = "") -> Field[Item]:
    """Return a column with its value."""
    return Field(Column(name, kind, about, unit), value)


def table(name: str, fields: Sequence[Field[Item]], items: Iterable[Item]) -> Table:
    """Return one row per item."""
    rows = tuple(tuple(_plain(each.column.kind, each.value(item)) for each in fields) for item in items)
    return Table(name, tuple(each.column for each in fields), rows)


def defined(value: float) -> float | None:
    """Return a number, or None where it is not defined."""
    return None if math.isnan(value) else value


def _plain(kind: Kind, value: Cell) -> Cell:
    return None if value is None else _PLAIN[kind](value)


_PLAIN: Mapping[Kind, Callable[[Any], Cell]] = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.TIME: lambda value: value,
}
"""To Python's own types: what comes from NumPy is none of them."""
