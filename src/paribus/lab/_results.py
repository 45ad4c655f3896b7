"""What the conductor returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from paribus.analyse import Analysis
from paribus.evidence import Verdict
from paribus.export import Export, Written, frame, one_table, write
from paribus.fairness import Certificate, certificates
from paribus.progress import BulletinFile
from paribus.records import ArmRecord, Findings, Look, Match, RunRecord
from paribus.report import (
    FIGURES,
    Material,
    all_findings,
    audit_text,
    conclusions,
    markdown,
    panels_of,
    paper_figure,
    save_report,
    text,
)
from paribus.report.notebook import html
from paribus.store import StudyListing
from paribus.study import StudyRecord

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Audit:
    """What a study compares, before anything is trained."""

    study: StudyRecord
    seeds: tuple[int, ...]

    def __str__(self) -> str:
        return audit_text(self.study)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html(self.study)

    @property
    def arms(self) -> tuple[ArmRecord, ...]:
        """Every arm's layers and sizes."""
        return self.study.arms

    @property
    def findings(self) -> Findings:
        """What can be said against the comparison, the heaviest first."""
        return Findings(self.study.findings)

    @property
    def matches(self) -> tuple[Match, ...]:
        """How far the arms meet their budgets."""
        return self.study.matches

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


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Result:
    """What a study's runs say.

    Attributes:
        analysis: Scores, verdicts, and what limits them.
        records: The runs.
        looks: Every time that the study's result was told.
        images: Test examples as PNG, by their index: those that are kept.
        command: What gives it on a command line; empty where nobody knows.
        trained: How many runs this call trained.
        files: What it wrote.
    """

    analysis: Analysis
    records: tuple[RunRecord, ...]
    looks: tuple[Look, ...] = ()
    images: Mapping[int, bytes] = field(default_factory=dict[int, bytes])
    command: str = ""
    trained: int = 0
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return text(self.analysis)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html(self.material)

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """What may be concluded, by contrast; not to be read without `analysis.caveats` and the contrasts' findings."""
        return self.analysis.verdicts

    @property
    def findings(self) -> Findings:
        """What can be said against the comparison and every contrast, the heaviest first."""
        return Findings(all_findings(self.analysis))

    @property
    def material(self) -> Material:
        """What figures and reports are made of."""
        return Material(
            analysis=self.analysis,
            records=self.records,
            looks=self.looks,
            images=self.images,
            command=self.command,
        )

    def figure(self, name: str = "differences", *, ax: "Axes | Sequence[Axes] | None" = None) -> "Figure":
        """Draw a figure by Matplotlib, for papers: `result.figure("curves").savefig("curves.pdf")`.

        Args:
            name: "differences", "scores", "curves", "costs", "looks", "classes" or "examples".
            ax: Axes to draw on, one for each panel of the figure; new ones by default.

        Raises:
            ReportError: There is no such figure, nothing to see in it, or another number of axes.
        """
        return paper_figure(name, self.material, ax)

    def charts(self, name: str = "differences") -> "tuple[alt.TopLevelMixin, ...]":
        """Return a figure's panels as Vega-Lite charts, for pages and notebooks.

        Args:
            name: As of `figure`.

        Raises:
            ReportError: There is no such figure, or nothing to see in it.
        """
        return tuple(FIGURES[name].chart(panel) for panel in panels_of(name, self.material))

    def report(self, file: str | Path) -> Path:
        """Write a report, and return its path: one HTML file with everything in it, or Markdown with its figures beside it.

        Args:
            file: Ends in `.html` or `.md`.

        Raises:
            ReportError: It has another ending, or cannot be written.
        """
        return save_report(self.material, Path(file))

    def to_frame(self, table: str = "runs") -> "pd.DataFrame":
        """Return a table as a pandas data frame; what is undefined is missing in it, never 0.

        Args:
            table: "runs", one row for each that was planned; "epochs", one per run and epoch; "contrasts", with verdicts and what limits them;
                or "differences", one per contrast and seed.

        Raises:
            ExportError: There is no such table, or pandas is not installed (`paribus[pandas]`).
        """
        return frame(one_table(self._exported, table))

    def export(self, to: str, output: str | Path | None = None, *, table: str | None = None) -> Written:
        """Write everything for another program, and say where it is and what is in it.

        Args:
            to: "csv", "json", "parquet", "mlflow" or "tensorboard".
            output: Where; in the working folder under the study's name by default. Of "mlflow", a URI, a SQLite file or the folder of one.
            table: Of "csv" and "parquet", this one alone, in one file.

        Raises:
            ExportError: It cannot be written as asked; the message says why, and what to do about it.
        """
        return write(self._exported, to, output=None if output is None else str(output), table=table)

    @property
    def _exported(self) -> Export:
        return Export(
            analysis=self.analysis,
            records=self.records,
            headlines={told.contrast: told.headline for told in conclusions(self.analysis)},
            summary=markdown(self.material, ()),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A stored study, and where its progress is told. `others` are under way besides; `place` is the store's, without password."""

    listing: StudyListing
    bulletins: BulletinFile
    others: tuple[StudyRecord, ...]
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptWeights:
    """Of how many of a study's runs the weights are kept, how many bytes they take, and where they lie."""

    runs: int
    size: int
    folder: Path
