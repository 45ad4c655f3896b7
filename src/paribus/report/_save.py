"""Figures and reports as files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paribus.errors import ReportError
from paribus.report._markdown import markdown
from paribus.report.figures import (
    FIGURES,
    CurvePoint,
    Material,
    Panel,
    curve_groups,
    curve_rows,
    draw_curves,
    heading,
    on_paper,
    paper_figure,
    save_figure,
)
from paribus.study import StudyRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    analysis, study = material.analysis, material.analysis.study
    points = curve_rows(study, [record for record in material.records if record.spec.seed in analysis.seeds])
    paths = figure_paths(study, directory)
    for number, group in enumerate(curve_groups(study)):
        drawn = _drawn(material, group, [point for point in points if point.arm in group])
        for path in paths[len(_SUFFIXES) * number :][: len(_SUFFIXES)]:
            save_figure(drawn, path, path.suffix[1:], dots_per_inch=_DOTS_PER_INCH)
    return paths


def _drawn(material: Material, group: tuple[str, ...], points: Sequence[CurvePoint]) -> "Figure":
    from matplotlib.figure import Figure

    analysis, study = material.analysis, material.analysis.study
    in_cells = any(contrast.cell for contrast in study.contrasts)
    arms = group if in_cells else tuple(arm.name for arm in study.arms)
    title = f"{study.name}: accuracy, {_band(len(analysis.seeds))}"
    with on_paper():
        figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
        axes = figure.add_subplot()
        draw_curves(axes, Panel(title=title, rows=tuple(points), arms=arms))
        axes.set_title("\n".join([heading(title), *(["a quick look, not evidence"] if study.quick else [])]))
    return figure


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
    ending = file.suffix.lower()
    if ending not in {".html", ".md"}:
        raise ReportError(f"{file} ends neither in .html nor in .md, which are what a report can be.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_html(material, file) if ending == ".html" else _write_markdown(material, file)
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
            save_figure(paper_figure(name, material), path, "png", dots_per_inch=_DOTS_PER_INCH)
            written.append(path.relative_to(file.parent))
    _replace(file, markdown(material, written))


def _replace(file: Path, content: str) -> None:
    """Write the whole file or none of it."""
    aside = file.with_name(f"{file.name}.aside")
    aside.write_text(content, encoding="utf-8")
    aside.replace(file)
