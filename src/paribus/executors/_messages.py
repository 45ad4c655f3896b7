"""What a worker and its conductor say to each other."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Start:
    """The first thing a worker is sent: where the parcel lies, and what its imports need."""

    parcel: str
    path: tuple[str, ...]
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Something to do, and the processors to do it on."""

    packed: Any
    cores: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A message about the work under way."""

    message: Any


@dataclass(frozen=True, slots=True)
class Returned:
    """The work's result."""

    result: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """The work raised what it should have returned as a result."""

    reason: str
