"""What is exported."""

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field

from paribus.analyse import Analysis
from paribus.records import RunRecord
from paribus.study import StudyRecord

SCHEMA_VERSION = 1
"""Of the tables: raised when a column is renamed or means something else; a new column does not raise it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """A study's result, for other programs.

    Attributes:
        analysis: What was found.
        records: The runs that have ended.
        headlines: By contrast, the verdict with all that qualifies it, in words.
        summary: All of it in words, as Markdown.
    """

    analysis: Analysis
    records: tuple[RunRecord, ...]
    headlines: Mapping[str, str] = field(default_factory=dict[str, str])
    summary: str = ""

    @property
    def study(self) -> StudyRecord:
        """What was declared."""
        return self.analysis.study


def origin(export: Export) -> dict[str, str | int]:
    """Return what says where an export comes from."""
    return {
        "schema": "paribus-export",
        "schema_version": SCHEMA_VERSION,
        "paribus": importlib.metadata.version("paribus"),
        "study_id": export.study.study_id,
        "study": export.study.name,
    }
