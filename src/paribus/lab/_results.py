"""What the conductor returns."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paribus.analyse import Analysis
from paribus.evidence import Verdict
from paribus.fairness import Certificate, certificates
from paribus.progress import BulletinFile
from paribus.records import ArmRecord, Finding, Look, RunRecord
from paribus.report import curve_rows, draw_curves, text
from paribus.store import StudyListing
from paribus.study import StudyRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What a study compares, before anything is trained."""

    study: StudyRecord
    seeds: tuple[int, ...]

    @property
    def arms(self) -> tuple[ArmRecord, ...]:
        """Every arm's layers and sizes."""
        return self.study.arms

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What can be said against the comparison, the heaviest first."""
        return self.study.findings

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """What differs between the arms of every contrast, and what is equal."""
        return certificates(self.study)

    @property
    def unbuilt(self) -> tuple[str, ...]:
        """Say in sentences which arms could not be built, because their process did not live to do it."""
        return tuple(
            f"Arm '{arm.name}' could not be built. {arm.unbuilt}" for arm in self.arms if arm.unbuilt
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a study's runs say.

    Attributes:
        analysis: Scores, verdicts, and what limits them.
        records: The runs.
        looks: Every time that the study's result was told.
        trained: How many runs this call trained.
        files: What it wrote.
    """

    analysis: Analysis
    records: tuple[RunRecord, ...]
    looks: tuple[Look, ...] = ()
    trained: int = 0
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return text(self.analysis)

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """What may be concluded, by contrast; not to be read without `analysis.caveats` and the contrasts' findings."""
        return self.analysis.verdicts

    def curves(self, axes: Any) -> None:
        """Draw all arms' learning curves on matplotlib `axes`."""
        study = self.analysis.study
        note = "a quick look, not evidence" if study.quick else ""
        arms = [arm.name for arm in study.arms]
        draw_curves(axes, curve_rows(study, self.records), arms, title=study.name, note=note)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A stored study, and where its progress is told. `others` are under way besides; `place` is the store's, without password."""

    listing: StudyListing
    bulletins: BulletinFile
    others: tuple[StudyRecord, ...]
    place: str
