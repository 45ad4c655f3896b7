"""Figures and reports as files."""

from pathlib import Path

from paribus.errors import ReportError
from paribus.report._markdown import markdown
from paribus.report.figures import (
    FIGURES,
    Material,
    Panel,
    curve_groups,
    curve_rows,
    draw_curves,
    paper_figure,
    plain,
)
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


def save_figures(material: Material, directory: Path) -> tuple[Path, ...]:
    """Draw the article's figures, one for each contrast that adds arms, into `directory` and return the files."""
    from matplotlib import style
    from matplotlib.figure import Figure

    analysis, study = material.analysis, material.analysis.study
    points = curve_rows(study, [record for record in material.records if record.spec.seed in analysis.seeds])
    arms = tuple(arm.name for arm in study.arms)
    note = "\na quick look, not evidence" if study.quick else ""
    paths = iter(figure_paths(study, directory))
    written: list[Path] = []
    for group in curve_groups(study):
        colored = group if any(contrast.cell for contrast in study.contrasts) else arms
        panel = Panel(title="", rows=tuple(point for point in points if point.arm in group), arms=colored)
        with style.context([_STYLE, _REPRODUCIBLE]):
            figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
            axes = figure.add_subplot()
            draw_curves(axes, panel)
            axes.set_title(plain(f"{study.name}: accuracy, {_band(len(analysis.seeds))}{note}"))
            for _ in _SUFFIXES:
                path = next(paths)
                metadata = {"Date": None} if path.suffix == ".svg" else None
                figure.savefig(path, dpi=_DOTS_PER_INCH, metadata=metadata)
                written.append(path)
    return tuple(written)


def _band(n_seeds: int) -> str:
    return f"mean ± sd of {n_seeds} seeds" if n_seeds > 1 else "one seed"


def save_report(material: Material, file: Path) -> Path:
    """Write a report, and return its path: one HTML file with everything in it, or Markdown with its figures beside it.

    Args:
        material: What is told.
        file: Ends in `.html` or `.md`; its folder is made.

    Raises:
        ReportError: It has another ending, or cannot be written.
    """
    if file.suffix not in {".html", ".md"}:
        raise ReportError(f"{file} ends neither in .html nor in .md, which are what a report can be.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_html(material, file) if file.suffix == ".html" else _write_markdown(material, file)
    except OSError as error:
        raise ReportError(f"{file} could not be written: {error.strerror or error}.") from error
    return file


def _write_html(material: Material, file: Path) -> None:
    from paribus.report.html import report_html

    _replace(file, report_html(material))


def _write_markdown(material: Material, file: Path) -> None:
    folder = file.with_name(f"{file.stem}-figures")
    folder.mkdir(exist_ok=True)
    written: list[Path] = []
    for name, figure in FIGURES.items():
        if figure.panels(material):
            path = folder / f"{name}.png"
            paper_figure(name, material).savefig(path, dpi=_DOTS_PER_INCH)
            written.append(path.relative_to(file.parent))
    _replace(file, markdown(material.analysis, written))


def _replace(file: Path, content: str) -> None:
    """Write the whole file or none of it."""
    aside = file.with_name(f"{file.name}.aside")
    aside.write_text(content, encoding="utf-8")
    aside.replace(file)
