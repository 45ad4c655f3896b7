"""What a worker and its conductor say to each other."""

from dataclasses import dataclass
from typing import Any

import msgspec

MESSAGE_BYTES = 4_096
"""More than any message to or from the fork server has."""


class Fork(msgspec.Struct, tag=True, frozen=True):
    """Asks the fork server for a worker; its file descriptors come along."""


class Forked(msgspec.Struct, frozen=True):
    """A worker's process number."""

    pid: int


class Reap(msgspec.Struct, tag=True, frozen=True):
    """Asks the fork server how a worker ended."""

    pid: int


class Reaped(msgspec.Struct, frozen=True):
    """A worker's exit code, negative for a signal; None if it was no worker of this server."""

    code: int | None


@dataclass(frozen=True, slots=True)
class Start:
    """The first thing a worker is sent: where the parcel lies, where its imports are found, and its environment."""

    parcel: str
    path: tuple[str, ...]
    environment: dict[str, str]


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
