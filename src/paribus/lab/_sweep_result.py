"""What a sweep returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paribus.analyse import SweepAnalysis
from paribus.evidence import Verdict
from paribus.lab._results import Result
from paribus.report import (
    SweepScore,
    sweep_charts,
    sweep_figure,
    sweep_html,
    sweep_markdown,
    sweep_scores,
    sweep_text,
)
from paribus.study import Value

if TYPE_CHECKING:
    import altair as alt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class SweepResult:
    """What a study says that was repeated over a control.

    Attributes:
        analysis: Curves, verdicts by value, changes of places, rows saved, rates of their own, and what limits all that.
        cells: The study's result at every value.
        command: What gives it on a command line; empty where nobody knows.
        trained: How many runs this call trained.
        files: What it wrote.
    """

    analysis: SweepAnalysis
    cells: Mapping[Value, Result]
    command: str = ""
    trained: int = 0
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return sweep_text(self.analysis)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return sweep_html(self.analysis)

    @property
    def verdicts(self) -> dict[str, dict[Value, Verdict]]:
        """What may be concluded, by contrast and value; not to be read without `analysis.limits`."""
        return {
            each.contrast.label: {cell.value: cell.verdict for cell in each.cells}
            for each in self.analysis.contrasts
        }

    def to_rows(self) -> tuple[SweepScore, ...]:
        """Return every run's score in every metric of the curves, one row each: `pandas.DataFrame(result.to_rows())`."""
        return sweep_scores(self.analysis)

    def markdown(self) -> str:
        """Return the summary as Markdown."""
        return sweep_markdown(self.analysis)

    def figure(self, metric: str | None = None, *, ax: "Axes | None" = None, seeds: bool = False) -> "Figure":
        """Draw a curve per arm by Matplotlib, verdicts under every value.

        Args:
            metric: Of a contrast, or "validation_accuracy"; the first contrast's by default.
            ax: Axes to draw on; new ones by default.
            seeds: Whether every seed's own curve is drawn, too.

        Raises:
            ReportError: There is no such metric, or nothing to see.
        """
        return sweep_figure(self.analysis, metric, ax, seeds=seeds)

    def charts(self, metric: str | None = None) -> "tuple[alt.TopLevelMixin, ...]":
        """Return the same as a Vega-Lite chart, for pages and notebooks, every seed on demand.

        Args:
            metric: As of `figure`.

        Raises:
            ReportError: There is no such metric, or nothing to see.
        """
        return sweep_charts(self.analysis, metric)
