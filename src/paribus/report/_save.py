"""Figures as files."""

from collections.abc import Sequence
from pathlib import Path

from paribus.analyse import Analysis
from paribus.records import RunRecord
from paribus.report._curves import curve_groups, curve_rows, draw_curves
from paribus.study import StudyRecord

_STYLE = "seaborn-v0_8-whitegrid"
_REPRODUCIBLE = {"svg.hashsalt": "paribus"}
_SUFFIXES = (".png", ".svg")
_SIZE_INCHES = (8.6, 4.6)
_DOTS_PER_INCH = 150


def figure_paths(study: StudyRecord, directory: Path) -> tuple[Path, ...]:
    """Return where the study's figures lie, PNG and SVG of each."""
    return tuple(
        directory / f"accuracy-{number}{suffix}"
        for number in range(1, len(curve_groups(study)) + 1)
        for suffix in _SUFFIXES
    )


def save_figures(analysis: Analysis, records: Sequence[RunRecord], directory: Path) -> tuple[Path, ...]:
    """Draw every learning-curve figure of the study into `directory` and return the files."""
    from matplotlib import style
    from matplotlib.figure import Figure

    study = analysis.study
    points = curve_rows(study, [record for record in records if record.spec.seed in analysis.seeds])
    arms = [arm.name for arm in study.arms]
    note = "a quick look, not evidence" if study.quick else ""
    title = f"{study.name}: accuracy, {_band(len(analysis.seeds))}"
    paths = iter(figure_paths(study, directory))
    written: list[Path] = []
    for group in curve_groups(study):
        with style.context([_STYLE, _REPRODUCIBLE]):
            figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
            draw_curves(
                figure.add_subplot(),
                [point for point in points if point.arm in group],
                group if any(contrast.cell for contrast in study.contrasts) else arms,
                title=title,
                note=note,
            )
            for _ in _SUFFIXES:
                path = next(paths)
                figure.savefig(
                    path, dpi=_DOTS_PER_INCH, metadata={"Date": None} if path.suffix == ".svg" else None
                )
                written.append(path)
    return tuple(written)


def _band(n_seeds: int) -> str:
    return f"mean ± sd of {n_seeds} seeds" if n_seeds > 1 else "one seed"
