"""A run as MLflow has it, within the limits that MLflow and its databases set."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

_UNNAMABLE = re.compile(r"[^\w.\- ]+")
"""What names in MLflow must not have."""
_MOST_IN_NAME = 250
_MOST_IN_TEXT = 5_000
"""What tags of all versions of MLflow take; parameters take more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A number, after which epoch, and when [milliseconds since 1970]."""

    name: str
    value: float
    step: int
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracked:
    """A run as MLflow has it.

    Attributes:
        key: Finds it again.
        name: As it is shown.
        succeeded: Whether it finished.
        begin: When [milliseconds since 1970].
        end: When.
        parameters: What it was made with; they never change.
        tags: What else is known.
        metrics: What was measured.
        files: What is attached to it.
    """

    key: str
    name: str
    succeeded: bool
    begin: int
    end: int
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: tuple[Metric, ...]
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def content(self) -> str:
        """Hash of all of it."""
        return hashlib.sha256(msgspec.msgpack.encode(self)).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackedArm:
    """An arm's run, and those of its seeds."""

    run: Tracked
    seeds: tuple[Tracked, ...]


def key_of(*names: str) -> str:
    """Return what finds a run again."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]


def name_of(name: str) -> str:
    """Return a name for a parameter, tag or metric."""
    return _UNNAMABLE.sub("-", name)[:_MOST_IN_NAME]


def title(name: str, seed: int | None = None) -> str:
    """Return the name of a run."""
    ending = "" if seed is None else f", seed {seed}"
    return text(name)[: _MOST_IN_NAME - len(ending)] + ending


def text(words: str) -> str:
    """Return words that every database takes: not too many, without the character that ends strings in C."""
    shown = words.replace("\0", "\\0")
    return shown if len(shown) <= _MOST_IN_TEXT else f"{shown[: _MOST_IN_TEXT - 1]}…"


def named(values: Mapping[str, str]) -> dict[str, str]:
    """Return parameters or tags; those that are empty are left out."""
    return {name_of(name): text(value) for name, value in values.items() if value}


def milliseconds(seconds: float) -> int:
    """Return when that is, as MLflow counts."""
    return round(1_000 * seconds)
